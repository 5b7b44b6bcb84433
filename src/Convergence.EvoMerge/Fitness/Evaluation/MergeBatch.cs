using Convergence.Merging;

namespace Convergence.EvoMerge.Fitness.Evaluation;

/// <summary>Candidates that are merged together.</summary>
/// <param name="First">The first of their recipes, by which the batch is known.</param>
/// <param name="Candidates">One per recipe; those of a plan get their weights when the batch is done.</param>
/// <param name="Places">Which candidate each of <paramref name="Jobs"/> makes.</param>
/// <param name="Jobs">What is merged.</param>
/// <param name="Pass">Merges it; <see langword="null"/> when there is nothing to merge.</param>
/// <param name="IsLastChance">Whether no earlier candidate's weights are held, which could be given back for these.</param>
/// <param name="PlanSeconds">How long planning took.</param>
internal sealed record MergeBatch(
    MergeRecipe First,
    List<MergedCandidate> Candidates,
    IReadOnlyList<int> Places,
    IReadOnlyList<MergeJob> Jobs,
    MergePass? Pass,
    bool IsLastChance,
    double PlanSeconds) : IDisposable
{
    public void Dispose() => Pass?.Dispose();
}
