namespace Convergence.EvoMerge.Genomes;

/// <summary>Where a layer of a frankenmerge comes from: attention and MLP together.</summary>
/// <param name="Model">Index of the model: the specialists in order, then the base where there is one.</param>
/// <param name="Layer">0-based layer of that model.</param>
public readonly record struct LayerChoice(int Model, int Layer);
