using Convergence.Evolution.Spaces;

namespace Convergence.Evolution.Samplers;

/// <summary>A configuration and who proposes it: in a portfolio one of its members.</summary>
/// <param name="Configuration">What to try.</param>
/// <param name="Origin">The proposing sampler's name.</param>
public readonly record struct Proposal(Configuration Configuration, string Origin);
