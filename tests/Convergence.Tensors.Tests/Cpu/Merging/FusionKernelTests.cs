using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Cpu.Merging.Lanes;

namespace Convergence.Tensors.Tests.Cpu.Merging;

/// <summary>Fusion by importance against the plain reference.</summary>
public sealed class FusionKernelTests
{
    private static readonly (int Rows, int Columns)[] Shapes = [(1, 1), (1, 513), (40, 1), (17, 33), (64, 128), (3, 9000), (1, 70_001)];

    private static IEnumerable<object[]> Cases() =>
        from shape in Shapes
        from type in new[] { DType.F32, DType.BF16, DType.F64 }
        select new object[] { shape.Rows, shape.Columns, type };

    [TestCaseSource(nameof(Cases))]
    public void Fusion_OfAMatrix_EqualsTheReference(int rows, int columns, DType type)
    {
        using var device = new CpuDevice(2);
        var (origin, inputs) = MergeCases.Tensors(rows * columns, type, DType.F32);
        var divergences = new double[rows];
        device.Merging.RowDivergences(origin, inputs[0], 1e-8, divergences);
        var start = MergeCases.Doubles(origin);
        var values = MergeCases.Doubles(inputs[0]);
        for (var row = 0; row < rows; row++)
        {
            var expected = Divergence(values.AsSpan(row * columns, columns), start.AsSpan(row * columns, columns));
            Assert.That(divergences[row], Is.EqualTo(expected).Within(1e-13 + (1e-9 * expected)), $"row {row}");
        }

        var factors = Enumerable.Range(0, rows).Select(row => (row % 3) * 0.37).ToArray();
        var importances = Enumerable.Range(0, start.Length)
            .Select(place => (float)(Math.Abs(values[place] - start[place]) * factors[place / columns]))
            .ToArray();
        long[] ranks = [0, (start.Length - 1) / 4, (start.Length - 1) / 2, start.Length - 1];
        var selected = new float[ranks.Length];
        device.Merging.SelectImportances(origin, inputs[0], factors, ranks, selected);
        var sorted = importances.Order().ToArray();
        Assert.That(selected, Is.EqualTo(ranks.Select(rank => sorted[rank])));

        var output = HostTensor.Allocate(DType.F64, origin.Shape);
        double threshold = sorted[^((start.Length / 3) + 1)];
        device.Merging.TakeImportant(origin, inputs[0], factors, threshold, output);
        Assert.That(
            MergeCases.Doubles(output), Is.EqualTo(start.Select((from, place) => importances[place] >= threshold ? values[place] : from)));
    }

    [Test]
    public void ExpAndLog_OverTheirRanges_AreExactToTwoPlaces()
    {
        for (var step = 0; step < 20_000; step++)
        {
            var x = -708 * Math.Pow(step / 20_000.0, 3);
            Assert.That(DoubleFunctions.ExpOfNegative(Vector512.Create(x))[3], Is.EqualTo(Math.Exp(x)).Within(4).Ulps, $"exp {x}");
            var y = Math.Pow(10, (step - 10_000) / 1000.0);
            Assert.That(DoubleFunctions.Log(Vector512.Create(y))[3], Is.EqualTo(Math.Log(y)).Within(4).Ulps, $"log {y}");
        }

        for (var step = -2000; step <= 2000; step++)
        {
            // From one millionth to a factor of e^2 apart, so on both sides of the bound.
            var y = 0.001 * (1 + (step % 7));
            var x = y * (1 + (Math.Sign(step) * Math.Pow(Math.Abs(step) / 2000.0, 4)) + (step > 0 ? 1e-6 : -1e-6 * (step + 2000) / 2000));
            var expected = Math.Log(x / y);
            if (x > 0)
            {
                Assert.That(
                    DoubleFunctions.LogOfRatio(Vector512.Create(x), Vector512.Create(y))[5],
                    Is.EqualTo(expected).Within(1e-15 + (1e-15 * Math.Abs(expected))),
                    $"log {x}/{y}");
            }
        }

        Assert.That(DoubleFunctions.ExpOfNegative(Vector512.Create(-800.0))[0], Is.Zero);
        Assert.That(DoubleFunctions.Log(Vector512<double>.One)[0], Is.Zero);
    }

    private static double Divergence(ReadOnlySpan<double> row, ReadOnlySpan<double> originRow)
    {
        var p = Softmax(row.ToArray());
        var q = Softmax(originRow.ToArray());
        return p.Zip(q, (left, right) => left * Math.Log(left / right)).Sum();
    }

    private static double[] Softmax(double[] row)
    {
        var largest = row.Max();
        var sum = row.Sum(value => Math.Exp(value - largest));
        return Array.ConvertAll(row, value => (Math.Exp(value - largest) / sum) + 1e-8);
    }
}
