using System.Globalization;

namespace Convergence.EvoMerge.Results.Reports;

/// <summary>What a run has to say in words and small facts, shared by every form of the report.</summary>
public static class Findings
{
    /// <summary>The headline: how the champion compares with the best parent and the plain average.</summary>
    public static IEnumerable<string> Of(RunSummary summary)
    {
        var best = Verdict.AgainstBestParent(summary.Test);
        if (best is not null)
        {
            yield return $"On the {summary.Test.Split} split, the champion is {Verdict.InAWord(best)} than the best parent, {best.Against}: " +
                $"{ReportFormat.Gain(best.RelativeGain)} fitness, 95 % interval {ReportFormat.GainInterval(best)}.";
        }

        var average = summary.Test.Contestants.FirstOrDefault(contestant => contestant.Role == ContestantRole.PlainAverage);
        var comparison = average is null ? null : summary.Test.Comparisons.FirstOrDefault(row => row.Against == average.Name);
        if (comparison is not null)
        {
            yield return Verdict.Sentence(comparison);
        }
    }

    /// <summary>Names and values for the table at the top.</summary>
    public static IEnumerable<(string Name, string Value)> Facts(RunSummary summary)
    {
        var champion = summary.Test.Contestants.FirstOrDefault(contestant => contestant.Role == ContestantRole.Champion);
        yield return ("champion's technique", summary.ChampionTechnique);
        yield return ("fitness on the search split", ReportFormat.Fitness(summary.Search.Fitness));
        if (champion is not null)
        {
            yield return ($"fitness on the {summary.Test.Split} split", ReportFormat.Fitness(champion.Fitness));
        }

        yield return ("generations", summary.History.Length.ToString(CultureInfo.InvariantCulture));
        yield return ("why it ended", ReportFormat.Reason(summary.StopReason));
        yield return ("candidates scored", ReportFormat.Count(summary.EvaluationCount));
        yield return ("scores from the cache", ReportFormat.Count(summary.CacheHitCount));
        yield return ("wall time", ReportFormat.Duration(summary.ElapsedSeconds));
        yield return ("time in merging", ReportFormat.Duration(summary.History.Sum(record => record.MergeSeconds)));
        if (summary.Merging is { TensorCount: > 0 } merging)
        {
            yield return ("tensors kept from an earlier candidate", ReportFormat.Percent(merging.KeptShare));
            yield return (
                "parents gone through, in all",
                $"{ReportFormat.Bytes(merging.BytesRead)} (one by one: {ReportFormat.Bytes(merging.BytesReadAlone)})");
        }

        yield return ("time in scoring, all workers", ReportFormat.Duration(summary.History.Sum(record => record.ScoreSeconds)));
        yield return ("seed", summary.Seed.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>All scores, task after task, the models of a task together in their order.</summary>
    public static IEnumerable<(Contestant Contestant, TaskScore Score)> ScoresByTask(TestResults test) => test.Contestants
        .SelectMany(contestant => contestant.Tasks.Select(score => (contestant, score)))
        .GroupBy(pair => (pair.score.Task, pair.score.Metric))
        .SelectMany(group => group);
}
