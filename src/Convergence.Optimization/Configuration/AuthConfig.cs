using System.Collections.Immutable;

namespace Convergence.Optimization.Configuration;

/// <summary>Who calls (key <c>api.auth</c>). Secrets are named, never written: keys end with <c>_env</c>.</summary>
public sealed record AuthConfig
{
    public AuthKind Type { get; init; } = AuthKind.None;

    /// <value>The environment variable of the token, key or client secret.</value>
    public string? TokenEnvironment { get; init; }

    /// <value>Environment variables to look in when that one is not given or not set, in order. Default: none.</value>
    public ImmutableArray<string> TokenFallbacks { get; init; } = [];

    /// <value>The header of an API key. Default <c>x-api-key</c>.</value>
    public string HeaderName { get; init; } = "x-api-key";

    public string? Username { get; init; }

    public string? PasswordEnvironment { get; init; }

    /// <value>OAuth: where tokens are asked for.</value>
    public string? TokenUrl { get; init; }

    public string? ClientId { get; init; }

    public string? Scope { get; init; }
}
