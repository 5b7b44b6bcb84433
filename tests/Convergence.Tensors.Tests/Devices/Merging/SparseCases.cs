using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Tests.Devices.Merging;

/// <summary>Every operator over sparsified task vectors, run over the tensors of <see cref="MergeCases"/>.</summary>
internal static class SparseCases
{
    public static readonly double[] Scales = [1.25, 1, 3];

    public static readonly RankedDensity[] Densities = [new(0.25, 0.75), new(0.4, 0.4), RankedDensity.KeepAll];

    /// <summary>Without ranks: what DARE takes.</summary>
    public static readonly RankedDensity[] AlikeDensities = [new(0.25, 0.25), new(0.4, 0.4), RankedDensity.KeepAll];

    public static readonly SparseMergeOptions[] Options =
    [
        new(ElectSign: false), new(ElectSign: false, Normalize: true, Lambda: 0.75),
        new(ElectSign: true, Normalize: true), new(ElectSign: true, Lambda: 0.5, SignOfZero: -1),
    ];

    /// <summary>Runs the operators.</summary>
    /// <param name="kernels">The operators.</param>
    /// <param name="origin">The base.</param>
    /// <param name="inputs">The models.</param>
    /// <param name="run">Called with everything that writes an output, and the operator's name.</param>
    /// <returns>The numbers that come out besides.</returns>
    public static double[] Run(
        MergeKernels kernels, DeviceTensor origin, DeviceTensor[] inputs, Action<string, Action<DeviceTensor>> run)
    {
        var numbers = new List<double>();
        var bands = Bands(kernels, origin, inputs);
        var sums = new MagnitudeSums[inputs.Length];
        kernels.SumMagnitudes(origin, inputs, bands, sums);
        numbers.AddRange(sums.SelectMany(sum => new[] { sum.Total, sum.Kept }));
        foreach (var options in Options)
        {
            run(nameof(kernels.MergeBands), output =>
                kernels.MergeBands(origin, inputs, MergeCases.Weights, Scales, bands, options, output));
        }

        foreach (var rowLength in RowLengths((int)origin.ElementCount))
        {
            foreach (var (divides, densities) in new[] { (true, Densities), (false, Densities), (true, AlikeDensities) })
            {
                var sampling = new RankedSampling(77, rowLength, divides);
                using var drawn = kernels.SumSampled(origin, inputs, densities, sampling, sums);
                numbers.AddRange(sums.SelectMany(sum => new[] { sum.Total, sum.Kept }));
                foreach (var options in Options)
                {
                    run(nameof(kernels.MergeSampled), output =>
                        kernels.MergeSampled(origin, inputs, MergeCases.Weights, Scales, densities, sampling, options, output));
                    run(nameof(kernels.MergeSampled), output =>
                        kernels.MergeSampled(origin, inputs, MergeCases.Weights, Scales, densities, sampling, options, output, drawn));
                }
            }
        }

        foreach (var share in new[] { 0.3, 1 })
        {
            var cut = kernels.SelectSpread(inputs, share);
            var energies = new double[inputs.Length];
            kernels.SpreadEnergies(origin, inputs, cut, energies);
            numbers.AddRange([cut.MagnitudeBits, cut.LastTieIndex, .. energies]);
            run(nameof(kernels.MergeSpread), output => kernels.MergeSpread(origin, inputs, [0.5, 0.125, 0.375], cut, 0, output));
        }

        var counts = new OverlapCounts[inputs.Length];
        kernels.CountOverlaps(origin, inputs, 1e-2, counts);
        numbers.AddRange(counts.SelectMany(count => new double[] { count.Alone, count.Shared }));
        run(nameof(kernels.MergeOverlaps), output => kernels.MergeOverlaps(origin, inputs, Scales, 1e-2, output));
        return [.. numbers];
    }

    /// <summary>The whole as one row, and in rows that are counted or sorted, of odd lengths where it can be divided so.</summary>
    public static IEnumerable<int> RowLengths(int length) =>
        new[] { length, 7, 64, 273, 1 }.Where(row => row > 0 && length % row == 0 && length / row < 100).Distinct();

    /// <summary>A band inside, one without outliers, and one that keeps all.</summary>
    public static MagnitudeBand[] Bands(MergeKernels kernels, DeviceTensor origin, DeviceTensor[] inputs)
    {
        var outer = new MagnitudeCut[inputs.Length];
        var inner = new MagnitudeCut[inputs.Length];
        var count = origin.ElementCount;
        kernels.SelectLargest(origin, inputs, [count / 2, count / 3, count], outer);
        kernels.SelectLargest(origin, inputs, [count / 7, 0, 0], inner);
        return [.. outer.Zip(inner, (outside, inside) => new MagnitudeBand(outside, inside))];
    }
}
