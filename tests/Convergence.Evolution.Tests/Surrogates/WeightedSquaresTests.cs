using Convergence.Evolution.Randomness;
using Convergence.Evolution.Surrogates;

namespace Convergence.Evolution.Tests.Surrogates;

internal sealed class WeightedSquaresTests
{
    [Test]
    public void Distances_OfAnyCount_HaveTheBitsOfAPlainLoop([Values(1, 2, 3, 4, 5, 7, 8, 9, 33)] int count)
    {
        var random = new SearchRandom(1);
        bool[] ordered = [true, false, true, true, false];
        double[] weights = [0.3, 2, 17, 0.01, 5];
        double[][] points = [.. Enumerable.Range(0, count + 2).Select(_ => ordered.Select(Place).ToArray())];
        var distances = new double[count];

        WeightedSquares.Distances(WeightedSquares.Columns(points, ordered.Length), points[^1], weights, ordered, distances);

        Assert.That(distances, Is.EqualTo(points[..count].Select(point => Plain(point, points[^1]))));

        double Place(bool isOrdered) => isOrdered ? random.NextDouble() : random.Next(2);
        double Plain(double[] first, double[] second)
        {
            var sum = 0.0;
            for (var dimension = 0; dimension < ordered.Length; dimension++)
            {
                sum += weights[dimension] * ArdProcess.Square(first[dimension], second[dimension], ordered[dimension]);
            }

            return sum;
        }
    }
}
