using System.Collections.Immutable;
using System.Globalization;
using Convergence.Optimization.Runs;
using Convergence.Optimization.Runs.Concluding;
using Convergence.Reporting;

namespace Convergence.Optimization.Results;

/// <summary>What a run has to say in words and small facts, shared by every form of its report.</summary>
public static class ResultFindings
{
    /// <summary>The name of the fact that says the advice.</summary>
    internal const string Verdict = "verdict";

    private const int LongestReason = 300;

    /// <summary>The most important sentences, the verdict first.</summary>
    public static IEnumerable<string> Of(OptimizationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var failures = FailuresOf(result);
        if (result.Best is not { } best)
        {
            yield return "No configuration could be scored: nothing was found.";
            if (!failures.IsEmpty)
            {
                yield return $"The most frequent reason: {FailureReason.Readable(failures[0].Reason)}";
            }

            yield break;
        }

        if (result.Verdict is { } verdict)
        {
            yield return verdict.Sentence;
        }
        else if (result.IsCutShort)
        {
            yield return VerdictMaker.CutShort;
        }

        yield return $"The best of {result.Configurations.Length} configurations scored {ResultText.Score(best.Score)} where it was chosen"
            + (result.Estimate is { } estimate ? $". Being chosen flatters: {Worth(estimate)}" : ", which flatters it.");
        if (!failures.IsEmpty)
        {
            var count = failures.Sum(failure => failure.Count);
            yield return $"{ReadableText.Count(count)} {(count == 1 ? "configuration has" : "configurations have")} no score. "
                + $"The most frequent reason: {FailureReason.Readable(failures[0].Reason)}";
        }
    }

    /// <summary>Why configurations have no score, the most frequent reason first.</summary>
    public static ImmutableArray<(string Reason, int Count)> FailuresOf(OptimizationResult result) =>
    [
        .. result.Configurations.Where(outcome => outcome.Score is null)
            .GroupBy(outcome => ReadableText.Shorten(outcome.Error ?? "it was not called.", LongestReason), StringComparer.Ordinal)
            .Select(group => (group.Key, group.Count())).OrderByDescending(failure => failure.Item2),
    ];

    /// <summary>Names and values for the table at the top.</summary>
    public static IEnumerable<(string Name, string Value)> Facts(OptimizationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        yield return ("best score", ResultText.Score(result.Best?.Score));
        if (result.Estimate is { } estimate)
        {
            yield return ("corrected, 95 % interval", ResultText.Estimate(estimate));
            if (estimate.HeldOutMean is { } heldOut)
            {
                yield return ("on held-out cases", ResultText.Score(heldOut));
            }
        }

        if (result.Verdict is { } verdict)
        {
            yield return (Verdict, ResultText.Word(verdict.Advice));
        }

        yield return ("configurations", Configurations(result));
        yield return ("generations", result.GenerationsRun.ToString(CultureInfo.InvariantCulture));
        yield return ("why it ended", result.StopReason);
        var isResumed = result.Spent.ReplayedCalls > 0;
        var kept = isResumed ? $", of which {ReadableText.Count(result.Spent.ReplayedCalls)} were kept from before" : "";
        yield return ("calls", ReadableText.Count(result.Spent.Calls) + kept);
        yield return ("spent", ResultText.Dollars(result.Spent.Dollars));
        yield return ("tokens", ReadableText.Count(result.Spent.Tokens));
        yield return ("time", ReadableText.Duration(result.Spent.Duration.TotalSeconds) + (isResumed ? " this time" : ""));
        if (result.Hypervolume is { } volume)
        {
            yield return ("hypervolume of the front", ReadableText.Fixed(volume, "0.0000"));
        }

        yield return ("run", result.RunId);
    }

    /// <summary>The configuration in use, where one was compared with.</summary>
    public static ConfigurationOutcome? Baseline(OptimizationResult result) =>
        result.Configurations.FirstOrDefault(outcome => outcome.Origin == "baseline");

    private static string Worth(CorrectedScore estimate)
    {
        var worth = estimate.HasInterval
            ? $"it is worth about {ResultText.Score(estimate.Value)} by all the cases that it met, 95 % interval "
                + $"[{ResultText.Score(estimate.Lower)}, {ResultText.Score(estimate.Upper)}]"
            : "and one case tells no interval";
        var heldOut = estimate.HeldOutMean is { } mean
            ? $"; on the cases that the search never saw it scored {ResultText.Score(mean)}"
            : "";
        return $"{worth}{heldOut}.";
    }

    private static string Configurations(OptimizationResult result)
    {
        var failed = result.Configurations.Count(outcome => outcome.Score is null);
        var pruned = result.Configurations.Count(outcome => outcome is { IsPruned: true, Score: not null });
        var remarks = new List<string>();
        if (pruned > 0)
        {
            remarks.Add($"{ReadableText.Count(pruned)} given up early");
        }

        if (failed > 0)
        {
            remarks.Add($"{ReadableText.Count(failed)} without a score");
        }

        return ReadableText.Count(result.Configurations.Length) + (remarks.Count > 0 ? $" ({string.Join(", ", remarks)})" : "");
    }
}
