namespace Convergence.Evolution.Search;

/// <summary>A genome that waits for its outcome.</summary>
/// <param name="Genome">The genome.</param>
/// <param name="Origin">Where it came from.</param>
/// <param name="ParentFitness">The fitness of its better parent; <see langword="null"/> when it has none.</param>
public sealed record Candidate<TGenome>(TGenome Genome, CandidateOrigin Origin, double? ParentFitness);
