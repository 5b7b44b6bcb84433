using System.Collections.Immutable;
using Convergence.Evolution.Search;

namespace Convergence.Evolution.Selection;

/// <summary>Orders individuals by fitness.</summary>
public static class Ranking
{
    /// <summary>The members, fittest first, failed ones last; equals keep their order.</summary>
    public static ImmutableArray<Individual<TGenome>> BestFirst<TGenome>(IEnumerable<Individual<TGenome>> members) =>
        [.. members.OrderByDescending(member => member.Fitness ?? double.NegativeInfinity)];

    /// <summary>
    /// Linear ranks of members that are ordered best first (Baker, "Adaptive selection methods for genetic algorithms", 1985): the
    /// best of n has n / n, the worst 1 / n, equals share their mean, a failed one has 0. Free of the scale of the fitness.
    /// </summary>
    public static double[] LinearRanks<TGenome>(IReadOnlyList<Individual<TGenome>> bestFirst)
    {
        ArgumentNullException.ThrowIfNull(bestFirst);
        var ranks = new double[bestFirst.Count];
        for (var start = 0; start < ranks.Length && bestFirst[start].Fitness is not null;)
        {
            var end = start;
            while (end < ranks.Length && bestFirst[end].Fitness == bestFirst[start].Fitness)
            {
                end++;
            }

            var mean = ranks.Length - ((start + end - 1) / 2.0);
            Array.Fill(ranks, mean / ranks.Length, start, end - start);
            start = end;
        }

        return ranks;
    }

    /// <summary>The higher of two outcomes; a failed one loses to any other.</summary>
    public static double? Better(double? first, double? second) =>
        first is null || second > first ? second : first;
}
