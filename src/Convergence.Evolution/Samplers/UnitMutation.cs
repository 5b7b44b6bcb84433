using Convergence.Evolution.Randomness;
using Convergence.Evolution.Spaces;
using MathNet.Numerics.Distributions;

namespace Convergence.Evolution.Samplers;

/// <summary>Moves one coordinate of the unit cube.</summary>
internal static class UnitMutation
{
    /// <summary>
    /// A normal step, thrown back at the ends, and at least to the neighbouring value of a grid; another choice where there is no order.
    /// </summary>
    public static double Of(double place, Parameter parameter, double strength, SearchRandom random)
    {
        if (parameter.Cardinality is 1)
        {
            return place;
        }

        if (!parameter.IsOrdered)
        {
            var count = (int)parameter.Cardinality!.Value;
            var other = ((int)(place * count) + 1 + random.Next(count - 1)) % count;
            return (other + 0.5) / count;
        }

        var step = Normal.Sample(random, 0, strength);
        if (parameter.Cardinality is { } values && Math.Abs(step) < 1.0 / values)
        {
            step = (step < 0 ? -1.0 : 1.0) / values;
        }

        return Math.Clamp(Reflected(place + step), 0, 1);
    }

    private static double Reflected(double place) => place < 0 ? -place : place > 1 ? 2 - place : place;
}
