using System.Text.RegularExpressions;

namespace Convergence.Optimization.Configuration;

/// <summary>What files call kinds of metrics.</summary>
internal static partial class MetricNames
{
    /// <summary>Lower case, words joined by <c>_</c>: <c>llm_judge</c>.</summary>
    public static string Of(MetricKind kind) => Hump().Replace(kind.ToString(), "_").ToLowerInvariant();

    [GeneratedRegex("(?<=[a-z])(?=[A-Z])")]
    private static partial Regex Hump();
}
