using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Randomness;
using MathNet.Numerics.LinearAlgebra;

namespace Convergence.Merging.Tests.Adapters;

/// <summary>The randomised decomposition against a full one.</summary>
public sealed class RandomizedSvdTests
{
    [TestCase(60, 40, 8, 1.0, Description = "a spectrum that hardly decays, the hardest")]
    [TestCase(40, 60, 8, 0.7)]
    [TestCase(33, 1, 4, 0.5)]
    [TestCase(50, 50, 50, 0.9, Description = "all of it")]
    public void Decompose_IsAsGoodAsTheBestOfItsRank(int rows, int columns, int rank, double decay)
    {
        var dense = Matrix(rows, columns, decay);
        using var matrix = ToTensor(dense);
        using var device = new CpuDevice(2);
        var (values, left, right) = new RandomizedSvd(device).Decompose(matrix, rank, key: 5);

        var exact = dense.Svd(computeVectors: false).S;
        var kept = Math.Min(rank, Math.Min(rows, columns));
        Assert.That(values, Has.Length.EqualTo(kept));
        var product = Matrix<double>.Build.DenseOfRowArrays(left).Transpose() * Matrix<double>.Build.DenseOfRowArrays(right);
        var best = Math.Sqrt(exact.Skip(kept).Sum(value => value * value));
        Assert.That((dense - product).FrobeniusNorm(), Is.LessThanOrEqualTo((1.01 * best) + (1e-5 * dense.FrobeniusNorm())));
        for (var index = 0; index < kept; index++)
        {
            Assert.That(values[index], Is.EqualTo(exact[index]).Within(0.03 * exact[0]));
        }
    }

    [Test]
    public void Decompose_OfARankBelowTheOneAskedFor_LeavesEmptyDirectionsOut()
    {
        var dense = Matrix<double>.Build.Dense(20, 30, (row, column) => (row + 1) * Math.Sin(column + 1));
        using var matrix = ToTensor(dense);
        using var device = new CpuDevice(1);
        Assert.That(
            new RandomizedSvd(device).Decompose(matrix, 8, key: 1).Values.Count(value => value > 1e-4 * dense.FrobeniusNorm()),
            Is.EqualTo(1));
    }

    [Test]
    public void Decompose_OnAnyNumberOfThreads_GivesTheSameBits()
    {
        using var matrix = ToTensor(Matrix(70, 90, 0.95));
        var results = new[] { 1, 2, 5 }.Select(threads =>
        {
            using var device = new CpuDevice(threads);
            return new RandomizedSvd(device).Decompose(matrix, 6, key: 3);
        }).ToList();
        foreach (var (_, left, right) in results)
        {
            Assert.That(left.SelectMany(row => row), Is.EqualTo(results[0].Left.SelectMany(row => row)));
            Assert.That(right.SelectMany(row => row), Is.EqualTo(results[0].Right.SelectMany(row => row)));
        }
    }

    private static Matrix<double> Matrix(int rows, int columns, double decay)
    {
        // Columns of geometrically falling length in random directions.
        var key = Philox.Key(1, "svd");
        return Matrix<double>.Build.Dense(
            rows, columns, (row, column) => Math.Pow(decay, column) * (Philox.UniformAt(key, 0, (row * columns) + column) - 0.5));
    }

    private static HostTensor ToTensor(Matrix<double> matrix) =>
        HostTensor.From([.. matrix.ToRowMajorArray().Select(value => (float)value)], new TensorShape(matrix.RowCount, matrix.ColumnCount));
}
