namespace Convergence.Evolution.Pareto;

/// <summary>The order of NSGA-II (Deb et al., "A fast and elitist multiobjective genetic algorithm: NSGA-II", 2002): by front, and within
/// a front by how lonely a member is.</summary>
public static class NondominatedSorting
{
    /// <summary>The front of each member: 0 where none dominates it, 1 where only members of front 0 do, and so on.</summary>
    /// <param name="losses">The losses of each member, all of equal length; lower is better.</param>
    public static int[] Fronts(IReadOnlyList<double[]> losses)
    {
        ArgumentNullException.ThrowIfNull(losses);
        var fronts = new int[losses.Count];
        Array.Fill(fronts, -1);
        for (var (front, left) = (0, losses.Count); left > 0; front++)
        {
            int[] open = [.. Enumerable.Range(0, fronts.Length).Where(index => fronts[index] < 0)];
            int[] members = [.. open.Where(index => !Array.Exists(open, other => Dominates(losses[other], losses[index])))];
            foreach (var member in members)
            {
                fronts[member] = front;
            }

            left -= members.Length;
        }

        return fronts;
    }

    /// <summary>
    /// The crowding distance of each member of one front: the sum over the objectives of the distance of its two neighbours, as a share of
    /// the objective's range; infinite at the ends.
    /// </summary>
    public static double[] CrowdingDistances(IReadOnlyList<double[]> losses)
    {
        ArgumentNullException.ThrowIfNull(losses);
        var distances = new double[losses.Count];
        for (var objective = 0; losses.Count > 0 && objective < losses[0].Length; objective++)
        {
            int[] order = [.. Enumerable.Range(0, losses.Count).OrderBy(index => losses[index][objective])];
            var range = losses[order[^1]][objective] - losses[order[0]][objective];
            distances[order[0]] = distances[order[^1]] = double.PositiveInfinity;
            for (var place = 1; place < order.Length - 1 && range > 0; place++)
            {
                distances[order[place]] += (losses[order[place + 1]][objective] - losses[order[place - 1]][objective]) / range;
            }
        }

        return distances;
    }

    /// <summary>The indices, best first: by front, and within one the lonelier first; equals keep their order.</summary>
    public static int[] Order(IReadOnlyList<double[]> losses)
    {
        ArgumentNullException.ThrowIfNull(losses);
        var fronts = Fronts(losses);
        var crowding = new double[losses.Count];
        foreach (var front in Enumerable.Range(0, losses.Count).GroupBy(index => fronts[index]))
        {
            int[] members = [.. front];
            var distances = CrowdingDistances([.. members.Select(member => losses[member])]);
            for (var place = 0; place < members.Length; place++)
            {
                crowding[members[place]] = distances[place];
            }
        }

        return [.. Enumerable.Range(0, losses.Count).OrderBy(index => fronts[index]).ThenByDescending(index => crowding[index])];
    }

    private static bool Dominates(double[] first, double[] second) =>
        ParetoFront.NoWorse(first, second) && !ParetoFront.NoWorse(second, first);
}
