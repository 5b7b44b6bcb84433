using System.Text;

namespace Convergence.Optimization.Calls.Authorization;

/// <summary>The same header for every request: a bearer token, an API key, or a name with a password.</summary>
public sealed class HeaderAuthorization : IRequestAuthorization
{
    private readonly string _header;
    private readonly string _value;

    private HeaderAuthorization(string header, string value, params string[] secrets)
    {
        _header = header;
        _value = value;
        Secrets = secrets;
    }

    public IReadOnlyCollection<string> Secrets { get; }

    /// <summary><c>Authorization: Bearer TOKEN</c> (RFC 6750).</summary>
    public static HeaderAuthorization Bearer(string token) => new("Authorization", $"Bearer {token}", token);

    /// <summary>A key in a header of its own.</summary>
    /// <param name="header">Such as <c>x-api-key</c> or <c>api-key</c>.</param>
    /// <param name="key">The key.</param>
    public static HeaderAuthorization ApiKey(string header, string key) => new(header, key, key);

    /// <summary><c>Authorization: Basic</c> (RFC 7617).</summary>
    public static HeaderAuthorization Basic(string user, string password)
    {
        var credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));
        return new("Authorization", $"Basic {credentials}", password, credentials);
    }

    public ValueTask AuthorizeAsync(HttpRequestMessage message, CancellationToken cancellation)
    {
        message.Headers.TryAddWithoutValidation(_header, _value);
        return ValueTask.CompletedTask;
    }

    public bool OnRefused(HttpRequestMessage message) => false;
}
