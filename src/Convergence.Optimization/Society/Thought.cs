using System.Collections.Immutable;
using Convergence.Optimization.Runs.Evaluation;

namespace Convergence.Optimization.Society;

/// <summary>What a model made of a generation.</summary>
/// <param name="Generation">The generation that it proposes for, 1-based.</param>
/// <param name="Text">Why it proposes what it proposes, in its words.</param>
/// <param name="Proposals">Configurations of the space that it proposes.</param>
/// <param name="Dropped">How many of its proposals are none of the space.</param>
/// <param name="BestBefore">The best score before.</param>
internal sealed record Thought(
    int Generation, string Text, ImmutableArray<Evolution.Spaces.Configuration> Proposals, int Dropped, double? BestBefore)
{
    /// <summary>What came of the proposals that the search took up: the score, and how much it is above the best before.</summary>
    public ImmutableArray<(Entrant Entrant, double? Score, double? Reward)> Rewards { get; init; } = [];
}
