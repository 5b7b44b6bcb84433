using Convergence.EvoMerge.Genomes;

namespace Convergence.EvoMerge.Runs.Checkpoints;

/// <summary>One of the best candidates of the search.</summary>
/// <param name="Genome">The candidate.</param>
/// <param name="Fitness">Its fitness on the search split.</param>
public sealed record Finalist(MergeGenome Genome, double Fitness);
