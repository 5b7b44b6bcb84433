using System.Collections.Immutable;

namespace Convergence.Optimization.Configuration;

/// <summary>The history across runs (key <c>legacy</c>).</summary>
public sealed record LegacyConfig
{
    /// <value>Default: yes.</value>
    public bool IsEnabled { get; init; } = true;

    /// <value>The first part of the session's id; <see langword="null"/> (default): <c>api.name</c>.</value>
    public string? SessionId { get; init; }

    /// <value>The database, absolute; default <c>data/legacy.db</c> beside the configuration.</value>
    public string SqlitePath { get; init; } = Path.GetFullPath("data/legacy.db");

    /// <value>Where exports go, absolute; default <c>legacy</c> beside the configuration.</value>
    public string ExportDirectory { get; init; } = Path.GetFullPath("legacy");

    /// <value>Of <c>winners_only</c>, <c>full_audit</c>. Default: both.</value>
    public ImmutableArray<string> ExportFormats { get; init; } = ["winners_only", "full_audit"];
}
