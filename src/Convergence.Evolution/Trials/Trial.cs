using System.Collections.Immutable;
using Convergence.Evolution.Spaces;

namespace Convergence.Evolution.Trials;

/// <summary>One configuration on its way from being asked for to being told. Immutable.</summary>
/// <param name="Id">0-based, in the order of asking.</param>
/// <param name="Configuration">What is to be evaluated.</param>
/// <param name="Origin">The sampler that proposed it.</param>
/// <param name="State">What is known of it.</param>
/// <param name="Objectives">A finite value for each of the search's directions; empty while there are none.</param>
public sealed record Trial(int Id, Configuration Configuration, string Origin, TrialState State, ImmutableArray<double> Objectives)
{
    /// <summary>Whether it has objectives, exact or estimated: what samplers learn from.</summary>
    public bool IsScored => !Objectives.IsEmpty;
}
