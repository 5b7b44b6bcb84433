namespace Convergence.Evolution.Diversity;

/// <summary>How different the members of a population are.</summary>
public static class PopulationDiversity
{
    /// <summary>The mean distance over all pairs, in the unit of <paramref name="distance"/>; 0 for fewer than two members.</summary>
    public static double MeanPairwise<T>(IReadOnlyList<T> members, Func<T, T, double> distance)
    {
        ArgumentNullException.ThrowIfNull(members);
        ArgumentNullException.ThrowIfNull(distance);
        var sum = 0.0;
        for (var i = 1; i < members.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                sum += distance(members[i], members[j]);
            }
        }

        var pairs = members.Count * (members.Count - 1.0) / 2;
        return pairs == 0 ? 0 : sum / pairs;
    }
}
