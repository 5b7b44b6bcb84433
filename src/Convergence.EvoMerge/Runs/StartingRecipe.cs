using Convergence.EvoMerge.Genomes;

namespace Convergence.EvoMerge.Runs;

/// <summary>
/// The best of the hand-made recipes that filled the first generation, by their fitness on the search split. What the champion gains over
/// it is what the evolution added; what it gains over the parents, anybody has who tries a few defaults.
/// </summary>
internal static class StartingRecipe
{
    /// <summary>The recipe, the earlier of equals; <see langword="null"/> when all of them failed.</summary>
    public static MergeGenome? Best(RunSetup setup, BatchEvaluator batch, CancellationToken cancellation)
    {
        var seeds = setup.Space.Seeds.DistinctBy(setup.Space.Fingerprint).Take(setup.Config.PopulationSize).ToList();

        // A resumed process has not met their shapes yet.
        batch.MeasureNewShapes(seeds, cancellation);
        return seeds.Where(seed => batch.KnownFitness(seed) is not null).MaxBy(batch.KnownFitness);
    }
}
