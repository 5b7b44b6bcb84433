namespace Convergence.Evolution.Tests.Landscapes;

/// <summary>A space with a fitness on it whose best value is known: 1.</summary>
/// <param name="Name">What the landscape is like.</param>
/// <param name="Space">The space to search.</param>
/// <param name="Fitness">The fitness of a genome, at most 1; <see langword="null"/> where an evaluation fails.</param>
internal sealed record Landscape(string Name, KindedSpace Space, Func<KindedGenome, double?> Fitness);
