using System.Text.RegularExpressions;

namespace Convergence.Optimization.Calls.Authorization;

/// <summary>
/// Fills environment variables into headers at the moment of sending: <c>X-Bot-Token: ${DISCORD_BOT_TOKEN}</c>. So that credentials
/// reach an agent's server exactly where the file says so, and stand in no request that is kept.
/// </summary>
/// <param name="inner">What else authorizes.</param>
/// <param name="environment">Looks an environment variable up.</param>
public sealed partial class HeaderVariables(IRequestAuthorization inner, Func<string, string?> environment) : IRequestAuthorization
{
    private readonly HashSet<string> _values = [];

    public IReadOnlyCollection<string> Secrets
    {
        get
        {
            lock (_values)
            {
                return [.. inner.Secrets, .. _values];
            }
        }
    }

    /// <summary>The variables that a header's value names.</summary>
    public static IEnumerable<string> In(string header) => Variable().Matches(header).Select(match => match.Groups[1].Value);

    public async ValueTask AuthorizeAsync(HttpRequestMessage message, CancellationToken cancellation)
    {
        foreach (var (name, values) in message.Headers.ToList())
        {
            var value = string.Join(", ", values);
            if (Variable().IsMatch(value))
            {
                message.Headers.Remove(name);
                message.Headers.TryAddWithoutValidation(name, Variable().Replace(value, match => Look(match.Groups[1].Value)));
            }
        }

        await inner.AuthorizeAsync(message, cancellation).ConfigureAwait(false);
    }

    public bool OnRefused(HttpRequestMessage message) => inner.OnRefused(message);

    private string Look(string variable)
    {
        var value = environment(variable) ?? string.Empty;
        lock (_values)
        {
            _values.Add(value);
        }

        return value;
    }

    [GeneratedRegex(@"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")]
    private static partial Regex Variable();
}
