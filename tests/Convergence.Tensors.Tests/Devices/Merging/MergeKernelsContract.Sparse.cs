using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Tests.Devices.Merging;

/// <summary>Merges of sparsified task vectors.</summary>
public abstract partial class MergeKernelsContract
{
    private const int Row = 1001;

    [TestCaseSource(nameof(Cases))]
    public void Bands_AnyTypesAndLength_EqualTheReference(DType[] types, int length)
    {
        var (origin, inputs) = Tensors(length, types[1], types[2..]);
        var output = Allocate(types[0], origin.Shape);
        var (start, values) = (Doubles(origin), Array.ConvertAll(inputs, Doubles));
        var bands = SparseCases.Bands(Kernels, origin, inputs);
        foreach (var options in SparseCases.Options)
        {
            Kernels.MergeBands(origin, inputs, MergeCases.Weights, SparseCases.Scales, bands, options, output);
            AssertEqual(
                output, SparseReference.MergeBands(start, values, MergeCases.Weights, SparseCases.Scales, bands, options), $"{options}");
        }

        var sums = new MagnitudeSums[inputs.Length];
        Kernels.SumMagnitudes(origin, inputs, bands, sums);
        foreach (var (actual, expected) in sums.Zip(SparseReference.SumMagnitudes(start, values, bands)))
        {
            Assert.That(actual.Total, Is.EqualTo(expected.Total).Within(1e-9));
            Assert.That(actual.Kept, Is.EqualTo(expected.Kept).Within(1e-9));
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void Spread_AnyTypesAndLength_EqualsTheReference(DType[] types, int length)
    {
        var (origin, inputs) = Tensors(length, types[1], types[2..]);
        var output = Allocate(types[0], origin.Shape);
        var (start, values) = (Doubles(origin), Array.ConvertAll(inputs, Doubles));
        var spreads = SparseReference.Spreads(values);
        double[] shares = [0.5, 0.125, 0.375];
        foreach (var share in new[] { 0, 0.001, 0.4, 0.999, 1 })
        {
            var cut = Kernels.SelectSpread(inputs, share);
            var kept = SparseReference.SelectSpread(values, share);
            Assert.That(
                spreads.Select((spread, element) => MergeReference.Keeps(cut, BitConverter.SingleToUInt32Bits(spread), element)),
                Is.EqualTo(kept), $"share {share}");
            var energies = new double[inputs.Length];
            Kernels.SpreadEnergies(origin, inputs, cut, energies);
            Assert.That(energies, Is.EqualTo(SparseReference.SpreadEnergies(start, values, kept)).Within(1e-9));
            Kernels.MergeSpread(origin, inputs, shares, cut, 0, output);
            AssertEqual(output, SparseReference.MergeSpread(start, values, shares, kept), $"share {share}");
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void Overlaps_AnyTypesAndLength_EqualTheReference(DType[] types, int length)
    {
        var (origin, inputs) = Tensors(length, types[1], types[2..]);
        var output = Allocate(types[0], origin.Shape);
        var (start, values) = (Doubles(origin), Array.ConvertAll(inputs, Doubles));
        foreach (var threshold in new[] { 0, 0.03, 1 })
        {
            var counts = new OverlapCounts[inputs.Length];
            Kernels.CountOverlaps(origin, inputs, threshold, counts);
            Assert.That(counts, Is.EqualTo(SparseReference.CountOverlaps(start, values, threshold)));
            Kernels.MergeOverlaps(origin, inputs, SparseCases.Scales, threshold, output);
            AssertEqual(
                output, SparseReference.MergeOverlaps(start, values, SparseCases.Scales, threshold), $"{threshold}");
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void Sampled_AnyTypesAndLength_EqualTheReference(DType[] types, int length)
    {
        var (origin, inputs) = Tensors(length, types[1], types[2..]);
        var output = Allocate(types[0], origin.Shape);
        var (start, values) = (Doubles(origin), Array.ConvertAll(inputs, Doubles));
        var row = from rowLength in SparseCases.RowLengths(length)
                  from divides in new[] { true, false }
                  from densities in new[] { SparseCases.Densities, SparseCases.AlikeDensities }
                  select (new RankedSampling(77, rowLength, divides), densities);
        foreach (var (sampling, densities) in row)
        {
            var samples = SparseReference.Sample(start, values, densities, sampling);
            var sums = new MagnitudeSums[inputs.Length];
            using var drawn = Kernels.SumSampled(origin, inputs, densities, sampling, sums);
            foreach (var options in SparseCases.Options)
            {
                var expected = SparseReference.Join(
                    start, MergeCases.Weights, options, (model, element) => samples[model][element] is (var probability, true)
                        ? SparseCases.Scales[model]
                            * (values[model][element] - start[element]) / (sampling.DividesByProbability ? probability : 1)
                        : 0);
                Kernels.MergeSampled(origin, inputs, MergeCases.Weights, SparseCases.Scales, densities, sampling, options, output);
                AssertEqual(output, expected, $"{sampling}, {options}");
                Kernels.MergeSampled(
                    origin, inputs, MergeCases.Weights, SparseCases.Scales, densities, sampling, options, output, drawn);
                AssertEqual(output, expected, $"{sampling}, {options}, drawn before");
            }

            for (var model = 0; model < sums.Length; model++)
            {
                var magnitudes = values[model].Zip(start, (value, from) => Math.Abs(value - from)).ToArray();
                Assert.That(sums[model].Total, Is.EqualTo(magnitudes.Sum()).Within(1e-7 * (1 + magnitudes.Sum())));
                Assert.That(
                    sums[model].Kept,
                    Is.EqualTo(magnitudes.Where((_, element) => samples[model][element].IsKept).Sum()).Within(
                        1e-7 * (1 + magnitudes.Sum())));
            }
        }
    }

    [Test]
    public void Sampled_RowsThatDoNotDivide_AreRefused()
    {
        var (origin, inputs) = Tensors(10, DType.F32, DType.F32, DType.F32, DType.F32);
        Assert.That(
            () => Kernels.SumSampled(
                origin, inputs, SparseCases.Densities, new RankedSampling(1, 3, true), new MagnitudeSums[3]),
            Throws.InstanceOf<ArgumentException>());
    }

    [Test]
    public void Operators_OverSlices_GiveTheBitsOfTheWhole([Values(1, 63, 100, 4096, 7 * Row, 65_537)] int firstLength)
    {
        const int Length = 70 * Row;
        var (origin, inputs) = Tensors(Length, DType.BF16, DType.BF16, DType.F32, DType.BF16);
        var bands = SparseCases.Bands(Kernels, origin, inputs);
        var cut = Kernels.SelectSpread(inputs, 0.4);
        var whole = Allocate(DType.F32, origin.Shape);
        var parts = Allocate(DType.F32, origin.Shape);

        void Compare(Action<long, DeviceTensor, DeviceTensor[], DeviceTensor> merge)
        {
            merge(0, origin, inputs, whole);
            foreach (var (start, count) in new[] { (0, firstLength), (firstLength, Length - firstLength) })
            {
                var slices = Array.ConvertAll(inputs, input => input.Slice(start, count));
                merge(start, origin.Slice(start, count), slices, parts.Slice(start, count));
            }

            AssertSameBits(parts, whole);
        }

        foreach (var options in SparseCases.Options)
        {
            Compare((start, slice, slices, output) => Kernels.MergeBands(
                slice, slices, MergeCases.Weights, SparseCases.Scales, bands, options with { FirstIndex = start }, output));
        }

        var ways = new[] { (SparseCases.Densities, true), (SparseCases.Densities, false), (SparseCases.AlikeDensities, false) };
        foreach (var (densities, divides) in ways)
        {
            var sampling = new RankedSampling(3, Row, divides);
            using var drawn = Kernels.SumSampled(origin, inputs, densities, sampling, new MagnitudeSums[inputs.Length]);
            foreach (var known in firstLength % Row == 0 || densities == SparseCases.AlikeDensities ? new[] { drawn, null } : [])
            {
                Compare((start, slice, slices, output) => Kernels.MergeSampled(
                    slice, slices, MergeCases.Weights, SparseCases.Scales, densities, sampling,
                    new SparseMergeOptions(ElectSign: false, FirstIndex: start), output, known));
            }
        }

        Compare((start, slice, slices, output) => Kernels.MergeSpread(slice, slices, [0.5, 0.2, 0.3], cut, start, output));
        Compare((_, slice, slices, output) => Kernels.MergeOverlaps(slice, slices, SparseCases.Scales, 0.03, output));
    }
}
