using System.Collections.Immutable;
using Convergence.Evolution.Search;

namespace Convergence.EvoMerge.Results;

/// <summary>Everything a finished run has to tell: what the reports and <c>result.json</c> are made of.</summary>
/// <param name="JobName">The job's name.</param>
/// <param name="StopReason">Why the run ended.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="Techniques">The techniques in the order of <see cref="GenerationSummary.KindCounts"/>.</param>
/// <param name="History">One record a generation.</param>
/// <param name="ChampionRecipe">The best recipe, as the text of its recipe file.</param>
/// <param name="ChampionTechnique">Its technique, or <c>task_arithmetic</c> for a DARE that drops nothing.</param>
/// <param name="Search">How the champion did on the search split.</param>
/// <param name="Test">How champion, parents and plain average did on the test split.</param>
/// <param name="EvaluationCount">Candidates that were merged and scored.</param>
/// <param name="CacheHitCount">Candidates whose scores came from the cache.</param>
/// <param name="ElapsedSeconds">Wall time, resumed parts included.</param>
/// <param name="Notes">What the run has to say aloud: dropped objectives, fall-backs, failures.</param>
public sealed record RunSummary(
    string JobName,
    StopReason StopReason,
    ulong Seed,
    ImmutableArray<string> Techniques,
    ImmutableArray<GenerationRecord> History,
    string ChampionRecipe,
    string ChampionTechnique,
    Contestant Search,
    TestResults Test,
    int EvaluationCount,
    int CacheHitCount,
    double ElapsedSeconds,
    ImmutableArray<string> Notes)
{
    /// <summary>
    /// The technique of the best starting recipe, a contestant of <see cref="Test"/>; <see langword="null"/> when there is none because all
    /// failed.
    /// </summary>
    public string? StartingTechnique { get; init; }

    /// <summary>The diversity that the search defends, in [0, 1]; <see langword="null"/> when it defends none.</summary>
    public double? MinDiversity { get; init; }

    /// <summary>What merging the candidates cost and saved; <see langword="null"/> when it was not counted.</summary>
    public MergeSavings? Merging { get; init; }
}
