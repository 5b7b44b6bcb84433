
namespace Convergence.Tensors.Tests.Devices.Merging;

/// <summary>Fusion by importance.</summary>
public abstract partial class MergeKernelsContract
{
    private static readonly (int Rows, int Columns)[] FusionShapes =
        [(1, 1), (1, 513), (40, 1), (17, 33), (64, 128), (3, 9000), (1, 70_001)];

    private static IEnumerable<object[]> FusionCases() =>
        from shape in FusionShapes
        from type in new[] { DType.F32, DType.BF16, DType.F64 }
        select new object[] { shape.Rows, shape.Columns, type };

    [TestCaseSource(nameof(FusionCases))]
    public void Fusion_OfAMatrix_EqualsTheReference(int rows, int columns, DType type)
    {
        var (origin, inputs) = Tensors(rows * columns, type, DType.F32);
        var divergences = new double[rows];
        Kernels.RowDivergences(origin, inputs[0], 1e-8, divergences);
        var start = Doubles(origin);
        var values = Doubles(inputs[0]);
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
        Kernels.SelectImportances(origin, inputs[0], factors, ranks, selected);
        var sorted = importances.Order().ToArray();
        Assert.That(selected, Is.EqualTo(ranks.Select(rank => sorted[rank])));

        var output = Allocate(DType.F64, origin.Shape);
        double threshold = sorted[^((start.Length / 3) + 1)];
        Kernels.TakeImportant(origin, inputs[0], factors, threshold, output);
        Assert.That(
            Doubles(output), Is.EqualTo(start.Select((from, place) => importances[place] >= threshold ? values[place] : from)));
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
