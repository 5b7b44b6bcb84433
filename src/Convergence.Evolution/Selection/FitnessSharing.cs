namespace Convergence.Evolution.Selection;

/// <summary>
/// Fitness sharing (Goldberg and Richardson, "Genetic algorithms with sharing for multimodal function optimization", 1987):
/// neighbours share what their niche is worth, so that selection does not flock to one place.
/// </summary>
public static class FitnessSharing
{
    /// <summary>
    /// f'_i = f_i / m_i^w with the niche count m_i = sum over j of max(0, 1 - d_ij / radius), which is at least 1 (the member
    /// itself). w = 0 leaves the fitness as it is, w = 1 is the paper's sharing with a triangular kernel.
    /// </summary>
    /// <param name="fitness">Non-negative values, such as linear ranks.</param>
    /// <param name="distance">The distance of two members by their indices, in [0, 1].</param>
    /// <param name="radius">The size of a niche, at least 0; 0 means that only coinciding members share.</param>
    /// <param name="weight">w, in [0, 1].</param>
    public static double[] Share(ReadOnlySpan<double> fitness, Func<int, int, double> distance, double radius, double weight)
    {
        ArgumentNullException.ThrowIfNull(distance);
        var shared = fitness.ToArray();
        if (weight == 0)
        {
            return shared;
        }

        for (var i = 0; i < shared.Length; i++)
        {
            var nicheCount = 1.0;
            for (var j = 0; j < shared.Length; j++)
            {
                nicheCount += i == j ? 0 : Closeness(distance(i, j), radius);
            }

            shared[i] /= Math.Pow(nicheCount, weight);
        }

        return shared;
    }

    private static double Closeness(double distance, double radius)
    {
        if (distance == 0)
        {
            return 1;
        }

        return radius > distance ? 1 - (distance / radius) : 0;
    }
}
