namespace Convergence.Evolution.Search;

/// <summary>A genome with its outcome.</summary>
/// <param name="Genome">The genome.</param>
/// <param name="Fitness">Its fitness; higher is better; <see langword="null"/> when its evaluation failed.</param>
/// <param name="Generation">The generation (0-based) it was born in.</param>
public sealed record Individual<TGenome>(TGenome Genome, double? Fitness, int Generation);
