using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Convergence.Evolution.Surrogates;

/// <summary>
/// Sums over coordinates, four pairs of points at a time. Each lane adds the coordinates in their order, so that the bits are those of a
/// plain loop, on every machine.
/// </summary>
internal static class WeightedSquares
{
    private static int Lanes => Vector256<double>.Count;

    /// <summary>Points by coordinate: one array for each, with a number for each point.</summary>
    public static double[][] Columns(double[][] points, int dimensionCount) =>
        [.. Enumerable.Range(0, dimensionCount).Select(dimension => points.Select(point => point[dimension]).ToArray())];

    /// <summary>The weighted squared distances of one point to the first of some others.</summary>
    /// <param name="columns">The others, by coordinate.</param>
    /// <param name="point">The one.</param>
    /// <param name="weights">The weight of each coordinate.</param>
    /// <param name="ordered">Whether a coordinate is ordered; two places of one that is not are at distance 1.</param>
    /// <param name="squares">Room for the distances, as many as are wanted.</param>
    public static void Distances(
        double[][] columns, ReadOnlySpan<double> point, ReadOnlySpan<double> weights, bool[] ordered, Span<double> squares)
    {
        squares.Clear();
        for (var dimension = 0; dimension < columns.Length; dimension++)
        {
            if (ordered[dimension])
            {
                AddDifferences(columns[dimension], point[dimension], weights[dimension], squares);
            }
            else
            {
                AddChanges(columns[dimension], point[dimension], weights[dimension], squares);
            }
        }
    }

    /// <summary>sums += weight * values.</summary>
    public static void Add(ReadOnlySpan<double> values, double weight, Span<double> sums)
    {
        var vectors = MemoryMarshal.Cast<double, Vector256<double>>(sums);
        var others = MemoryMarshal.Cast<double, Vector256<double>>(values);
        var factor = Vector256.Create(weight);
        for (var index = 0; index < vectors.Length; index++)
        {
            vectors[index] += factor * others[index];
        }

        for (var index = vectors.Length * Lanes; index < sums.Length; index++)
        {
            sums[index] += weight * values[index];
        }
    }

    /// <summary>sums += (share * weights) * values.</summary>
    public static void Add(
        ReadOnlySpan<Vector256<double>> values, ReadOnlySpan<Vector256<double>> weights, double share, Span<Vector256<double>> sums)
    {
        var factor = Vector256.Create(share);
        for (var index = 0; index < sums.Length; index++)
        {
            sums[index] += factor * weights[index] * values[index];
        }
    }

    private static void AddDifferences(ReadOnlySpan<double> column, double place, double weight, Span<double> squares)
    {
        var sums = MemoryMarshal.Cast<double, Vector256<double>>(squares);
        var places = MemoryMarshal.Cast<double, Vector256<double>>(column);
        var (one, factor) = (Vector256.Create(place), Vector256.Create(weight));
        for (var index = 0; index < sums.Length; index++)
        {
            var difference = places[index] - one;
            sums[index] += factor * (difference * difference);
        }

        for (var index = sums.Length * Lanes; index < squares.Length; index++)
        {
            squares[index] += weight * ((column[index] - place) * (column[index] - place));
        }
    }

    private static void AddChanges(ReadOnlySpan<double> column, double place, double weight, Span<double> squares)
    {
        for (var index = 0; index < squares.Length; index++)
        {
            squares[index] += column[index] == place ? 0 : weight;
        }
    }
}
