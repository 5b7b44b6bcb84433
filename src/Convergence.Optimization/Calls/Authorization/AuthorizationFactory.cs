using Convergence.Optimization.Configuration;

namespace Convergence.Optimization.Calls.Authorization;

/// <summary>Makes what authorizes calls of what a configuration says and the environment holds.</summary>
/// <param name="client">What asks for OAuth tokens.</param>
/// <param name="environment">Looks an environment variable up.</param>
/// <param name="time">The clock.</param>
public sealed class AuthorizationFactory(HttpClient client, Func<string, string?> environment, TimeProvider time)
{
    private const string DefaultKeyHeader = "x-api-key";

    /// <summary>What authorizes calls.</summary>
    /// <param name="auth">The configuration.</param>
    /// <param name="source">What messages call its file.</param>
    /// <param name="key">The key that it stands at, such as <c>api.auth</c>.</param>
    /// <param name="providerKeyHeader">
    /// The header in which the provider takes keys, used where the configuration has the default <c>x-api-key</c>.
    /// </param>
    /// <exception cref="AuthorizationException">A field or an environment variable is missing.</exception>
    public IRequestAuthorization Create(AuthConfig auth, string source, string key, string? providerKeyHeader = null)
    {
        string Required(string? value, string field) => value is { Length: > 0 }
            ? value
            : throw new AuthorizationException($"{source}: {key}.{field}: is missing, and {key}.type needs it. Add it.");
        string Secret(string? name, string field)
        {
            var fallbacks = field == "token_env" ? auth.TokenFallbacks : [];
            var variable = name ?? Required(fallbacks.FirstOrDefault(), field);
            return fallbacks.Prepend(variable).Select(environment).FirstOrDefault(value => !string.IsNullOrEmpty(value)) is { } secret
                ? secret.Trim()
                : throw new AuthorizationException(
                    $"{source}: {key}.{field}: the environment variable {variable} is not set. "
                    + $"Set it (export {variable}=...), or write it into a .env file beside the configuration.");
        }

        return auth.Type switch
        {
            AuthKind.Bearer => HeaderAuthorization.Bearer(Secret(auth.TokenEnvironment, "token_env")),
            AuthKind.ApiKey => HeaderAuthorization.ApiKey(
                HeaderFor(auth.HeaderName, providerKeyHeader), Secret(auth.TokenEnvironment, "token_env")),
            AuthKind.Basic => HeaderAuthorization.Basic(
                Required(auth.Username, "username"), Secret(auth.PasswordEnvironment, "password_env")),
            AuthKind.OAuth => new ClientCredentials(
                client, TokenUrl(Required(auth.TokenUrl, "token_url")), Required(auth.ClientId, "client_id"),
                Secret(auth.TokenEnvironment, "token_env"), auth.Scope, time),
            _ => NoAuthorization.Instance,
        };

        Uri TokenUrl(string address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw new AuthorizationException($"{source}: {key}.token_url: '{address}' is no http or https address.");
    }

    private static string HeaderFor(string header, string? providerKeyHeader) =>
        header.Equals(DefaultKeyHeader, StringComparison.OrdinalIgnoreCase) ? providerKeyHeader ?? header : header;
}
