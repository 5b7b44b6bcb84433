using System.Collections.Frozen;
using System.Collections.Immutable;
using Convergence.Foundation.Yaml;

namespace Convergence.Optimization.Configuration.Parsing;

/// <summary>A section <c>auth</c>, and the SDK's flat keys (<c>auth_type</c>, <c>auth_token_env</c>, <c>auth_header_name</c>).</summary>
internal static class AuthKeys
{
    private static readonly FrozenDictionary<string, AuthKind> Words = new Dictionary<string, AuthKind>
    {
        ["none"] = AuthKind.None,
        ["bearer"] = AuthKind.Bearer,
        ["api_key"] = AuthKind.ApiKey,
        ["apikey"] = AuthKind.ApiKey,
        ["basic"] = AuthKind.Basic,
        ["oauth"] = AuthKind.OAuth,
        ["oauth2"] = AuthKind.OAuth,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <param name="parent">The section that holds it.</param>
    /// <param name="key">Its key.</param>
    /// <param name="reading">The reading.</param>
    /// <param name="provider">Whose token it is: variables are named after it.</param>
    public static AuthConfig Read(YamlSection parent, string key, ConfigReading reading, string provider)
    {
        var section = parent.Section(key);
        var (flatToken, flatType, flatHeader) =
            (EnvironmentName(parent, "auth_token_env"), parent.Word("auth_type", Words), parent.Text("auth_header_name"));
        var (header, olderHeader) = (section.Text("header_name"), section.Text("api_key_header"));
        var token = EnvironmentName(section, "token_env") ?? flatToken;
        var type = section.Word("type", Words) ?? flatType ?? (token is null ? AuthKind.None : AuthKind.Bearer);
        var defaults = new AuthConfig();
        var auth = new AuthConfig
        {
            Type = type,
            TokenEnvironment = token,
            TokenFallbacks = type is AuthKind.Bearer or AuthKind.ApiKey ? Fallbacks(provider, token) : [],
            HeaderName = header ?? olderHeader ?? flatHeader ?? defaults.HeaderName,
            Username = section.Text("username"),
            PasswordEnvironment = EnvironmentName(section, "password_env"),
            TokenUrl = Addresses.Read(section, "token_url"),
            ClientId = section.Text("client_id"),
            Scope = section.Text("scope"),
        };
        Check(section, auth);
        reading.NoteUnknownKeys(section);
        return auth;
    }

    /// <summary>The name of an environment variable. What looks like a secret itself is an error that does not repeat it.</summary>
    public static string? EnvironmentName(YamlSection section, string key)
    {
        if (section.Text(key) is not { } text)
        {
            return null;
        }

        if (text.Length <= 100 && (char.IsAsciiLetter(text[0]) || text[0] == '_') && text.All(IsNameCharacter))
        {
            return text;
        }

        section.Fail(
            key,
            "is not the name of an environment variable (letters, digits and _). Secrets do not belong into files: export it as a variable "
            + "or write it to .env, and give the variable's name here.");
        return null;
    }

    private static bool IsNameCharacter(char character) => char.IsAsciiLetterOrDigit(character) || character == '_';

    // The original falls back on what providers' own tools call their keys.
    private static ImmutableArray<string> Fallbacks(string provider, string? token)
    {
        var name = new string([.. provider.ToUpperInvariant().Select(character => IsNameCharacter(character) ? character : '_')]);
        string[] owners = [name, .. name.Split('_', StringSplitOptions.RemoveEmptyEntries).Take(1)];
        return [.. owners.SelectMany(owner => new[] { $"{owner}_API_KEY", $"{owner}_KEY" }).Where(found => found != token).Distinct()];
    }

    private static void Check(YamlSection section, AuthConfig auth)
    {
        if (auth.Type == AuthKind.Basic && (auth.Username is null || auth.PasswordEnvironment is null) && section.ErrorCount == 0)
        {
            section.Fail("type", "basic needs username and password_env (the environment variable of the password).");
        }

        if (auth.Type == AuthKind.OAuth && (auth.TokenUrl is null || auth.ClientId is null || auth.TokenEnvironment is null)
            && section.ErrorCount == 0)
        {
            section.Fail("type", "oauth needs token_url, client_id and token_env (the environment variable of the client secret).");
        }
    }
}
