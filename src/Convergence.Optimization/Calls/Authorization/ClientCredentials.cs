using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Calls.Authorization;

/// <summary>
/// OAuth 2.0 client credentials (RFC 6749, section 4.4): asks for a token with an id and a secret,
/// uses it until shortly before it expires, and asks once for a new one when a request is refused.
/// </summary>
/// <param name="client">What sends the requests for tokens.</param>
/// <param name="tokenEndpoint">Where tokens come from.</param>
/// <param name="clientId">The id.</param>
/// <param name="clientSecret">The secret.</param>
/// <param name="scope">What is asked for; <see langword="null"/> for the provider's default.</param>
/// <param name="time">The clock.</param>
public sealed class ClientCredentials(
    HttpClient client, Uri tokenEndpoint, string clientId, string clientSecret,
    string? scope, TimeProvider time) : IRequestAuthorization, IDisposable
{
    // A token is not used in its last seconds: it would expire on the way.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan UnknownLifetime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestLifetime = TimeSpan.FromDays(365);
    private const int MaxAnswerByteCount = 1 << 20;

    private readonly SemaphoreSlim _gate = new(1);
    private readonly HashSet<string> _secrets = [clientSecret];
    private string? _token;
    private DateTimeOffset _expiry;

    public IReadOnlyCollection<string> Secrets
    {
        get
        {
            lock (_secrets)
            {
                return [.. _secrets];
            }
        }
    }

    // A refusal may take the token away at any time.
    private string? Current
    {
        get
        {
            lock (_secrets)
            {
                return time.GetUtcNow() < _expiry ? _token : null;
            }
        }
    }

    public async ValueTask AuthorizeAsync(HttpRequestMessage message, CancellationToken cancellation)
    {
        await _gate.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var token = Current ?? await RequestTokenAsync(cancellation).ConfigureAwait(false);
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
        finally
        {
            _gate.Release();
        }
    }

    public bool OnRefused(HttpRequestMessage message)
    {
        // Somebody else may have got a new token by now, which is still good.
        lock (_secrets)
        {
            _token = message.Headers.Authorization?.Parameter == _token ? null : _token;
        }

        return true;
    }

    public void Dispose() => _gate.Dispose();

    private async Task<string> RequestTokenAsync(CancellationToken cancellation)
    {
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = clientId,
            ["client_secret"] = clientSecret,
        };
        if (scope is not null)
        {
            form["scope"] = scope;
        }

        using var content = new FormUrlEncodedContent(form);
        using var response = await client.PostAsync(tokenEndpoint, content, cancellation).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
        {
            throw new HttpRequestException(
                $"{tokenEndpoint}: gave no token but HTTP {(int)response.StatusCode}. Check client_id, its secret and the scope.",
                null,
                response.StatusCode);
        }

        var body = await AnswerBody.ReadAsync(response.Content, MaxAnswerByteCount, cancellation).ConfigureAwait(false);
        var answer = body.Json as JsonObject;
        if (JsonValues.Text(answer?["access_token"]) is not { Length: > 0 } token || token.Any(char.IsControl))
        {
            throw new HttpRequestException(
                $"{tokenEndpoint}: the answer holds no access_token. Is it the token endpoint of the OAuth server?");
        }

        var lifetime = JsonValues.Number(answer!["expires_in"]) is { } seconds
            ? TimeSpan.FromSeconds(Math.Clamp(seconds, 0, LongestLifetime.TotalSeconds))
            : UnknownLifetime;
        lock (_secrets)
        {
            _expiry = time.GetUtcNow() + lifetime - Margin;
            _token = token;
            _secrets.Add(token);
        }

        return token;
    }
}
