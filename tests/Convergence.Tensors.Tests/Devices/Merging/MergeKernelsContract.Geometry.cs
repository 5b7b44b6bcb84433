using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Tests.Devices.Merging;

/// <summary>Inner products and sums of a tensor's vectors.</summary>
public abstract partial class MergeKernelsContract
{
    private static readonly (int Rows, int Columns)[] VectorShapes =
        [(1, 1), (1, 40), (40, 1), (17, 33), (64, 128), (3, 9000), (9000, 3), (300, 4100)];

    private static IEnumerable<object[]> VectorCases() =>
        from shape in VectorShapes
        from areColumns in new[] { false, true }
        from hasBase in new[] { false, true }
        from type in new[] { DType.F32, DType.BF16, DType.F64 }
        where type == DType.F32 || shape.Rows * shape.Columns < 10_000
        select new object[] { shape.Rows, shape.Columns, areColumns, hasBase, type };

    [TestCaseSource(nameof(VectorCases))]
    public void Vectors_OfAMatrix_EqualTheReference(int rows, int columns, bool areColumns, bool hasBase, DType type)
    {
        var (flat, inputs) = Tensors(rows * columns, type, type, DType.F32, type);
        var origin = hasBase ? flat : null;
        var vectors = new VectorLayout(rows, columns, areColumns);
        var grams = new double[MergeKernels.PairCount(inputs.Length) * vectors.Count];
        Kernels.VectorGrams(origin, inputs, vectors, grams);

        var start = hasBase ? Doubles(flat) : new double[flat.ElementCount];
        var deltas = Array.ConvertAll(inputs, input => Doubles(input).Zip(start, (value, from) => value - from).ToArray());
        int VectorOf(int place) => areColumns ? place % columns : place / columns;
        var expected = new double[grams.Length];
        var pair = 0;
        for (var first = 0; first < inputs.Length; first++)
        {
            for (var second = first; second < inputs.Length; second++, pair++)
            {
                for (var place = 0; place < start.Length; place++)
                {
                    expected[(pair * vectors.Count) + VectorOf(place)] += deltas[first][place] * deltas[second][place];
                }
            }
        }

        Assert.That(Apart(grams, expected, 1e-10), Is.Empty);

        var weights = Enumerable.Range(0, inputs.Length * vectors.Count).Select(place => 0.25 * ((place % 7) - 3)).ToArray();
        var output = Allocate(DType.F64, flat.Shape);
        Kernels.CombineVectors(origin, inputs, vectors, weights, output);
        var merged = Enumerable.Range(0, start.Length)
            .Select(place =>
                start[place] + deltas.Select((delta, input) => weights[(input * vectors.Count) + VectorOf(place)] * delta[place]).Sum())
            .ToArray();
        Assert.That(Apart(Doubles(output), merged, 1e-13), Is.Empty);
    }

    [Test]
    public void VectorGrams_OfTheWhole_AreTheGramMatrix()
    {
        var (_, inputs) = Tensors(70_001, DType.F32, DType.F32, DType.F32, DType.F32);
        var gram = new double[9];
        var pairs = new double[6];
        Kernels.Gram(inputs, gram);
        Kernels.VectorGrams(null, inputs, VectorLayout.Whole(inputs[0].Shape), pairs);
        Assert.That(new[] { gram[0], gram[1], gram[2], gram[4], gram[5], gram[8] }, Is.EqualTo(pairs));
    }

    [Test]
    public void CombinedLength_OfVectorsThatCancel_KeepsItsDigits()
    {
        var (origin, inputs) = Tensors(70_001, DType.F32, DType.F32, DType.F32);
        double[] weights = [1, -1 - 1e-9];
        var length = Kernels.CombinedLength(origin, [inputs[0], inputs[0]], weights);
        var delta = Doubles(inputs[0]).Zip(Doubles(origin), (value, start) => value - start);
        Assert.That(length, Is.EqualTo(1e-9 * Math.Sqrt(delta.Sum(value => value * value))).Within(1e-5).Percent);
    }

    [Test]
    public void AddClamped_AnyLengthAndType_FollowsTheFormula(
        [ValueSource(typeof(MergeCases), nameof(MergeCases.Lengths))] int length, [Values] bool cutsSlope)
    {
        var (origin, inputs) = Tensors(length, DType.F32, DType.BF16);
        var output = Allocate(DType.F64, origin.Shape);
        var slope = cutsSlope ? 0.5 : 1;
        Kernels.AddClamped(origin, inputs[0], 0.03, slope, output);
        var expected = Doubles(origin)
            .Zip(Doubles(inputs[0]), (start, value) => start + Math.Clamp(slope * (value - start), -0.03, 0.03))
            .ToArray();
        Assert.That(Apart(Doubles(output), expected, 1e-15), Is.Empty);
    }

    private static IEnumerable<int> Apart(double[] actual, double[] expected, double tolerance) =>
        Enumerable.Range(0, expected.Length)
            .Where(place => !(Math.Abs(actual[place] - expected[place]) <= tolerance * (1 + Math.Abs(expected[place]))));
}
