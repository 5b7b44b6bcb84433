using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Tests.Devices.Merging;

/// <summary>Merges by weights, selection and counting.</summary>
public abstract partial class MergeKernelsContract
{
    [TestCaseSource(nameof(Cases))]
    public void Kernels_AnyTypesAndLength_EqualTheReference(DType[] types, int length)
    {
        var (origin, inputs) = Tensors(length, types[1], types[2..]);
        var output = Allocate(types[0], origin.Shape);
        var originValues = Doubles(origin);
        var values = Array.ConvertAll(inputs, Doubles);
        var weights = MergeCases.Weights;

        Kernels.Combine(inputs, weights, output);
        AssertEqual(output, MergeReference.Combine(values, weights), "Combine");
        Kernels.AddTaskVectors(origin, inputs, weights, output);
        AssertEqual(output, MergeReference.AddTaskVectors(originValues, values, weights), "AddTaskVectors");

        var cuts = new MagnitudeCut[inputs.Length];
        var keeps = MergeCases.Densities.Select(density => (long)(density * length)).ToArray();
        Kernels.SelectLargest(origin, inputs, keeps, cuts);
        Assert.That(cuts, Is.EqualTo(values.Select((input, model) => MergeReference.Select(originValues, input, keeps[model]))));
        foreach (var options in new[] { new TiesOptions(0.7), new TiesOptions(Normalize: false, SignOfZero: -1) })
        {
            Kernels.Ties(origin, inputs, weights, cuts, options, output);
            AssertEqual(output, MergeReference.Ties(originValues, values, weights, cuts, options), "Ties");
        }

        foreach (var options in new[] { new DareOptions(
            5, Lambda: 0.5), new DareOptions(5, ElectSign: true, Normalize: true), new DareOptions(5, Rescale: false, Normalize: true) })
        {
            Kernels.Dare(origin, inputs, weights, MergeCases.Densities, options, output);
            AssertEqual(output, MergeReference.Dare(originValues, values, weights, MergeCases.Densities, options), "Dare");
        }
    }

    [Test]
    public void SelectLargest_SampleThatMisleads_IsStillExact()
    {
        // All that is large lies between the places that are sampled.
        var values = new float[3_000_000];
        for (var index = 0; index < values.Length; index++)
        {
            values[index] = index / 16 % 22 == 7 ? 1 + (index % 1000) : 1e-3f * (index % 3);
        }

        var origin = Tensor(DType.F32, new float[values.Length]);
        var input = Tensor(DType.F32, values);
        var cuts = new MagnitudeCut[1];
        foreach (var keep in new long[] { 1, 1000, 90_000, values.Length / 22, (values.Length / 22) + 50_000, values.Length - 1 })
        {
            Kernels.SelectLargest(origin, [input], [keep], cuts);
            var kept = 0;
            for (var index = 0; index < values.Length; index++)
            {
                var bits = BitConverter.SingleToUInt32Bits(values[index]);
                kept += bits > cuts[0].MagnitudeBits || (bits == cuts[0].MagnitudeBits && index <= cuts[0].LastTieIndex) ? 1 : 0;
            }

            Assert.That(kept, Is.EqualTo(keep));
        }
    }

    [TestCase(DType.BF16, DType.BF16)]
    [TestCase(DType.BF16, DType.F32)]
    public void SelectLargest_ManyChangesOfEqualSize_FindsTheLastThatIsKept(DType baseType, DType inputType)
    {
        // Eight sizes of different frequency: a cut is almost always one of many equals.
        const int Length = 150_003;
        int[] sizes = [0, 0, 0, 0, 0, 1, 1, 2, 2, 3, 4, 4, 5, 6, 7, 7];
        var changes = Enumerable.Range(0, Length)
            .Select(index => sizes[(index * 7919) % 104_729 % sizes.Length] / 64f * (index % 3 == 0 ? -1 : 1))
            .ToArray();
        var origin = Tensor(baseType, new float[Length]);
        var input = Tensor(inputType, changes);
        var cuts = new MagnitudeCut[1];
        foreach (var keep in new[] { 1, 9_374, 9_375, 20_000, 30_000, 65_625, 70_000, 103_000, 140_000, Length - 1 })
        {
            Kernels.SelectLargest(origin, [input], [keep], cuts);
            Assert.That(cuts[0], Is.EqualTo(MergeReference.Select(Doubles(origin), Doubles(input), keep)), $"{keep}");
        }
    }

    [Test]
    public void Gram_OfManyElements_IsAccurateToFloat64()
    {
        var (_, inputs) = Tensors(70_001, DType.F32, DType.F32, DType.F32, DType.F32);
        var values = Array.ConvertAll(inputs, Doubles);
        var gram = new double[9];
        Kernels.Gram(inputs, gram);
        for (var pair = 0; pair < gram.Length; pair++)
        {
            var exact = values[pair / 3].Zip(values[pair % 3], (left, right) => (decimal)(left * right)).Sum();
            Assert.That(gram[pair], Is.EqualTo((double)exact).Within(1e-9));
        }
    }

    [TestCase(1, 40)]
    [TestCase(40, 1)]
    [TestCase(17, 33)]
    [TestCase(3, 9000)]
    [TestCase(64, 128)]
    public void Features_OfAMatrix_AreItsRows(int rows, int columns)
    {
        var (flatOrigin, flatInputs) = Tensors(rows * columns, DType.F32, DType.BF16, DType.F32, DType.F32);
        var shape = new TensorShape(rows, columns);
        var origin = flatOrigin.Reshape(shape);
        DeviceTensor[] inputs = [.. flatInputs.Select(input => input.Reshape(shape))];
        var originValues = Doubles(origin);
        var values = Array.ConvertAll(inputs, Doubles);
        var energies = new double[3 * rows];
        Kernels.FeatureEnergies(origin, inputs, energies);
        var weights = Enumerable.Range(0, 3 * rows).Select(index => (index % 7) / 4.0).ToArray();
        var output = Allocate(DType.F32, shape);
        Kernels.AddFeatures(origin, inputs, weights, output);
        var expected = new double[rows * columns];
        for (var element = 0; element < expected.Length; element++)
        {
            expected[element] = originValues[element]
                + Enumerable.Range(0, 3)
                    .Sum(model => weights[(model * rows) + (element / columns)] * (values[model][element] - originValues[element]));
        }

        AssertEqual(output, expected, "AddFeatures");
        for (var index = 0; index < energies.Length; index++)
        {
            var row = index % rows;
            var energy = Enumerable.Range(row * columns, columns)
                .Sum(element => Math.Pow(values[index / rows][element] - originValues[element], 2));
            Assert.That(energies[index], Is.EqualTo(energy).Within(1e-9));
        }
    }

    [Test]
    public void CountNonFinite_FindsEach(
        [ValueSource(typeof(MergeCases), nameof(MergeCases.Lengths))] int length,
        [Values(DType.F64, DType.F32, DType.F16, DType.BF16)] DType dtype)
    {
        var values = Enumerable.Range(0, length)
            .Select(index => (index % 5) switch { 0 => float.NaN, 3 => float.NegativeInfinity, _ => index % 999 })
            .ToArray();
        Assert.That(
            Kernels.CountNonFinite(Tensor(dtype, values)), Is.EqualTo(values.Count(value => !float.IsFinite(value))));
    }

    [Test]
    public void CountNonFinite_FindsOneAmongTheLargestThatAreFinite(
        [Values(1, 63, 64, 5000, 700_001)] int length,
        [Values(DType.F64, DType.F32, DType.F16, DType.BF16)] DType dtype,
        [Values(float.NaN, float.PositiveInfinity, float.NegativeInfinity)] float bad)
    {
        var largest = dtype switch { DType.F16 => 65504f, DType.BF16 => BitConverter.UInt32BitsToSingle(0x7F7F_0000), _ => float.MaxValue };
        var values = Enumerable.Range(0, length).Select(index => index % 2 == 0 ? largest : -largest).ToArray();
        Assert.That(Kernels.CountNonFinite(Tensor(dtype, values)), Is.Zero);

        foreach (var place in (int[])[0, length / 2, length - 1])
        {
            var changed = (float[])values.Clone();
            changed[place] = bad;
            Assert.That(Kernels.CountNonFinite(Tensor(dtype, changed)), Is.EqualTo(1), $"at {place}");
        }
    }

    [Test]
    public void Combine_OfDifferentLengths_IsRefused()
    {
        Assert.That(
            () => Kernels.Combine(
                [Tensor(DType.F32, [1, 2]), Tensor(DType.F32, [1])],
                [1, 1],
                Allocate(DType.F32, new TensorShape(2))),
            Throws.InstanceOf<ArgumentException>());
    }

    [Test]
    public void Combine_OfIntegers_IsRefused()
    {
        var integers = Allocate(DType.I32, new TensorShape(2));
        Assert.That(() => Kernels.Combine([integers], [1], integers), Throws.ArgumentException.With.Message.Contains("I32"));
    }
}
