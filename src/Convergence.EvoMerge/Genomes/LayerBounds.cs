namespace Convergence.EvoMerge.Genomes;

/// <summary>How deep models are.</summary>
/// <param name="ParentCount">Layers of every parent, at least 1.</param>
/// <param name="Min">The fewest layers of a frankenmerge.</param>
/// <param name="Max">The most layers of a frankenmerge, at least <paramref name="Min"/>.</param>
public sealed record LayerBounds(int ParentCount, int Min, int Max);
