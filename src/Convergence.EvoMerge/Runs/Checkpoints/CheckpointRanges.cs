using Convergence.EvoMerge.Fitness.Cache;
using Convergence.EvoMerge.Results;

namespace Convergence.EvoMerge.Runs.Checkpoints;

/// <summary>Which numbers of a checkpoint no run can have written: each by its field, its value and its range.</summary>
internal static class CheckpointRanges
{
    /// <summary>A hundred years: beyond it times overflow, and nobody has waited.</summary>
    private const double MaxSeconds = 100 * 365.25 * 86400;

    /// <summary>What sums in another order may come to beyond 1.</summary>
    private const double Rounding = 1e-9;

    public static IEnumerable<string> Problems(Checkpoint checkpoint) =>
    [
        .. Count("search.generation", checkpoint.Generation),
        .. Count("evaluation_count", checkpoint.EvaluationCount),
        .. Count("cache_hit_count", checkpoint.CacheHitCount),
        .. Seconds("elapsed_seconds", checkpoint.ElapsedSeconds),
        .. checkpoint.History.SelectMany((record, index) => History($"history[{index}]", record)),
        .. Search(checkpoint),
        .. checkpoint.Finalists.SelectMany((finalist, index) => Share($"finalists[{index}].fitness", finalist.Fitness)),
        .. checkpoint.Scores.SelectMany((score, index) => Score($"scores[{index}]", score)),
    ];

    private static IEnumerable<string> History(string place, GenerationRecord record)
    {
        var summary = record.Summary;
        return
        [
            .. Count($"{place}.evaluation_count", record.EvaluationCount),
            .. Count($"{place}.cache_hit_count", record.CacheHitCount),
            .. Seconds($"{place}.merge_seconds", record.MergeSeconds),
            .. Seconds($"{place}.score_seconds", record.ScoreSeconds),
            .. Seconds($"{place}.elapsed_seconds", record.ElapsedSeconds),
            .. Share($"{place}.summary.best_fitness", summary.BestFitness),
            .. Share($"{place}.summary.mean_fitness", summary.MeanFitness),
            .. Share($"{place}.summary.diversity", summary.Diversity),
            .. Strength($"{place}.summary.mutation_strength", summary.MutationStrength),
            .. Count($"{place}.summary.immigrant_count", summary.ImmigrantCount),
            .. Count($"{place}.summary.failure_count", summary.FailureCount),
            .. summary.KindCounts.SelectMany((count, kind) => Count($"{place}.summary.kind_counts[{kind}]", count)),
        ];
    }

    private static IEnumerable<string> Search(Checkpoint checkpoint)
    {
        var search = checkpoint.Search;
        var told = (double)checkpoint.EvaluationCount + checkpoint.CacheHitCount;
        return
        [
            .. Strength("search.mutation_strength", search.MutationStrength),
            .. search.KindSuccesses.SelectMany((count, kind) => Evidence($"search.kind_successes[{kind}]", count, told)),
            .. search.KindFailures.SelectMany((count, kind) => Evidence($"search.kind_failures[{kind}]", count, told)),
            .. search.Population.SelectMany((member, index) => Share($"search.population[{index}].fitness", member.Fitness)),
            .. search.Archive.SelectMany((member, index) => Share($"search.archive[{index}].fitness", member.Fitness)),
            .. Share("search.best.fitness", search.Best?.Fitness),
            .. search.PendingBatch.SelectMany(
                (candidate, index) => Share($"search.pending_batch[{index}].parent_fitness", candidate.ParentFitness)),
        ];
    }

    private static IEnumerable<string> Score(string place, CachedScore score) =>
    [
        .. score.Tasks.SelectMany((task, index) => task.Value >= 0 && double.IsFinite(task.Value)
            ? Array.Empty<string>()
            : [FormattableString.Invariant($"{place}.tasks[{index}].value is {task.Value}, less than 0")]),
        .. Seconds($"{place}.merge_seconds", score.MergeSeconds),
        .. Seconds($"{place}.score_seconds", score.ScoreSeconds),
    ];

    private static IEnumerable<string> Count(string field, int value)
    {
        if (value < 0)
        {
            yield return FormattableString.Invariant($"{field} is {value}, less than 0");
        }
    }

    private static IEnumerable<string> Seconds(string field, double value)
    {
        if (value is not (>= 0 and <= MaxSeconds))
        {
            yield return FormattableString.Invariant($"{field} is {value}, outside [0, {MaxSeconds:0}]");
        }
    }

    private static IEnumerable<string> Share(string field, double? value)
    {
        if (value is { } number && number is not (>= 0 and <= 1 + Rounding))
        {
            yield return FormattableString.Invariant($"{field} is {number}, outside [0, 1]");
        }
    }

    private static IEnumerable<string> Strength(string field, double value)
    {
        if (value is not (> 0 and <= 1))
        {
            yield return FormattableString.Invariant($"{field} is {value}, outside (0, 1]");
        }
    }

    /// <summary>Evidence fades, so it never outweighs the candidates that gave it.</summary>
    private static IEnumerable<string> Evidence(string field, double value, double told)
    {
        if (!(value >= 0 && value <= told + Rounding))
        {
            yield return FormattableString.Invariant($"{field} is {value}, outside [0, {told}], the candidates told so far");
        }
    }
}
