using System.Globalization;

namespace Convergence.EvoMerge.Results.Reports;

/// <summary>What a run has to say in words and small facts, shared by every form of the report.</summary>
public static class Findings
{
    /// <summary>The headline: how the champion compares with the best parent, the plain average and the best starting recipe.</summary>
    public static IEnumerable<string> Of(RunSummary summary)
    {
        var best = Verdict.AgainstBestParent(summary.Test);
        if (best is not null)
        {
            yield return $"On the {summary.Test.Split} split, "
                + $"the champion is {Verdict.InAWord(best)} than the best parent, {best.Against}: " +
                $"{ReportFormat.Gain(best.RelativeGain)} fitness, 95 % interval {ReportFormat.GainInterval(best)}.";
        }

        if (Against(summary.Test, ContestantRole.PlainAverage) is { } average)
        {
            yield return Verdict.Sentence(average);
        }

        if (Against(summary.Test, ContestantRole.StartingRecipe) is { } start)
        {
            var added = start switch
            {
                { IsSignificant: true, RelativeGain: > 0 } => "That is what the evolution added to",
                { IsSignificant: true } => "The evolution lost that against",
                _ => "The evolution added nothing certain to",
            };
            yield return $"{Verdict.Sentence(start)} {added} the best recipe, {summary.StartingTechnique}, that it began with.";
        }
    }

    private static Comparison? Against(TestResults test, ContestantRole role)
    {
        var other = test.Contestants.FirstOrDefault(contestant => contestant.Role == role);
        return other is null ? null : test.Comparisons.FirstOrDefault(comparison => comparison.Against == other.Name);
    }

    /// <summary>Names and values for the table at the top.</summary>
    public static IEnumerable<(string Name, string Value)> Facts(RunSummary summary)
    {
        var champion = summary.Test.Contestants.FirstOrDefault(contestant => contestant.Role == ContestantRole.Champion);
        yield return ("champion's technique", summary.ChampionTechnique);
        if (summary.StartingTechnique is { } start)
        {
            yield return ("best starting recipe", start);
        }

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
            yield return ("tensors kept", ReportFormat.Percent(merging.KeptShare));
            yield return (
                "read from parents",
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
