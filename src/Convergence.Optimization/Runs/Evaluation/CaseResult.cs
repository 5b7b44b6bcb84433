using System.Collections.Immutable;

namespace Convergence.Optimization.Runs.Evaluation;

/// <summary>One configuration on one case, all its repetitions.</summary>
/// <param name="Calls">The repetitions that were called, in their order.</param>
/// <param name="Exhausted">The limit that forbade one of them; <see langword="null"/> when none did.</param>
internal sealed record CaseResult(ImmutableArray<CaseCall> Calls, string? Exhausted)
{
    /// <summary>The mean over the repetitions that were scored; <see langword="null"/> when none was.</summary>
    public double? Score => Mean(Calls.Select(call => call.Outcome.Score));

    /// <summary>A metric's mean over the repetitions that have it.</summary>
    public double? MetricOf(string name) =>
        Mean(Calls.Select(call => call.Outcome.Metrics.TryGetValue(name, out var score) ? score : (double?)null));

    private static double? Mean(IEnumerable<double?> scores) => scores.Average();
}
