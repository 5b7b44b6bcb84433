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

        yield return $"The winner of {ReadableText.Count(result.Configurations.Length)} configurations scored "
            + ResultText.Score(best.Score) + PlaceOf(best, result)
            + (result.Estimate is { } estimate ? $". Being chosen flatters: {Worth(estimate, result)}" : ", which flatters it.");
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

    // The winner is the best by all cases, those that were held out among them, and so need not be the best on those of the search.
    private static string PlaceOf(ConfigurationOutcome best, OptimizationResult result)
    {
        var highest = result.Configurations.Where(outcome => outcome is { IsPruned: false, Score: not null }).Max(outcome => outcome.Score);
        var unanswered = best.Cases.Count(call => !call.IsHeldOut && call.Score is null);
        return " on the search's cases"
            + (unanswered > 0 ? $", without {ReadableText.Count(unanswered)} answers that could not be scored" : "")
            + (highest > best.Score ? $" (the highest was {ResultText.Score(highest)})" : "");
    }

    private static string Worth(CorrectedScore estimate, OptimizationResult result)
    {
        var worth = estimate.HasInterval
            ? $"it is worth about {ResultText.Score(estimate.Value)} by all the cases that it met, 95 % interval "
                + $"[{ResultText.Score(estimate.Lower)}, {ResultText.Score(estimate.Upper)}]"
            : "one case does not tell what it is worth";
        var finalists = result.Configurations.Count(outcome => outcome.Cases.Any(call => call.IsHeldOut));
        var chosen = finalists > 1 ? $", by which it was chosen among {ReadableText.Count(finalists)} as well," : "";
        var heldOut = estimate.HeldOutMean is { } mean ? $"; on the held-out cases{chosen} it scored {ResultText.Score(mean)}" : "";
        return $"{worth}{heldOut}.";
    }

    private static string Configurations(OptimizationResult result)
    {
        var failed = result.Configurations.Count(outcome => outcome.Score is null);
        var cut = result.Configurations.Count(outcome => outcome.IsCut);
        var pruned = result.Configurations.Count(outcome => outcome is { IsPruned: true, IsCut: false, Score: not null });
        var remarks = new List<string>();
        if (pruned > 0)
        {
            remarks.Add($"{ReadableText.Count(pruned)} given up early");
        }

        if (cut > 0)
        {
            remarks.Add($"{ReadableText.Count(cut)} cut off when the run ended");
        }

        if (failed > 0)
        {
            remarks.Add($"{ReadableText.Count(failed)} without a score");
        }

        return ReadableText.Count(result.Configurations.Length) + (remarks.Count > 0 ? $" ({string.Join(", ", remarks)})" : "");
    }
}
