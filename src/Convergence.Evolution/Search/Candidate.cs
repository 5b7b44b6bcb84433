namespace Convergence.Evolution.Search;

/// <summary>A genome that waits for its outcome.</summary>
/// <param name="Genome">The genome.</param>
/// <param name="Origin">Where it came from.</param>
/// <param name="ParentFitness">What it must exceed to count as a success: the fitness of its better parent, or of the champion of the
/// kind it was bred in; <see langword="null"/> when it has neither.</param>
public sealed record Candidate<TGenome>(TGenome Genome, CandidateOrigin Origin, double? ParentFitness);
