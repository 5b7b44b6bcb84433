using Convergence.Evolution.Randomness;

namespace Convergence.Evolution.Surrogates;

/// <summary>An axis-parallel box in the unit cube. Immutable.</summary>
internal sealed class UnitBox(double[] low, double[] high)
{
    /// <summary>The whole cube.</summary>
    public static UnitBox Whole(int dimensionCount) => new(new double[dimensionCount], [.. Enumerable.Repeat(1.0, dimensionCount)]);

    /// <summary>A uniform point.</summary>
    public double[] Draw(SearchRandom random)
    {
        var point = new double[low.Length];
        for (var dimension = 0; dimension < point.Length; dimension++)
        {
            point[dimension] = double.Lerp(low[dimension], high[dimension], random.NextDouble());
        }

        return point;
    }

    /// <summary>The nearest coordinate within.</summary>
    public double Clamp(int dimension, double place) => Math.Clamp(place, low[dimension], high[dimension]);
}
