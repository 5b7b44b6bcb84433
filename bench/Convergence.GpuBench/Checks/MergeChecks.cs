using System.Globalization;
using Convergence.Cuda;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Devices;
using Convergence.Tensors.Tests.Devices.Merging;

namespace Convergence.GpuBench.Checks;

/// <summary>Every merge operator on both devices: results, sums, cuts and counts.</summary>
internal static class MergeChecks
{
    // In rows of seven and of sixty-four, which are counted, and in long ones, which are sorted.
    private static readonly int[] RowLengths = [448, 517];

    // What is computed from sums over a tensor may differ as those may; everything else is arithmetic of one element.
    private static readonly string[] OfSums =
    [
        nameof(MergeKernels.FeatureEnergies), nameof(MergeKernels.AddFeatures), nameof(MergeKernels.Gram),
        nameof(MergeKernels.CombinedLength), nameof(MergeKernels.VectorGrams), nameof(MergeKernels.CombineVectors),
        nameof(MergeKernels.RowDivergences), nameof(MergeKernels.SelectImportances), nameof(MergeKernels.Survey),
        nameof(MergeKernels.SumMagnitudes),
    ];

    /// <returns>The largest difference, in units in the last place.</returns>
    public static double Run(CudaDevice device, BenchSizes sizes, CheckList checks)
    {
        var largest = 0.0;
        using var cpu = new CpuDevice(Environment.ProcessorCount);
        foreach (var length in RowLengths.Append(sizes.ManyElementCount).Distinct())
        {
            foreach (var type in sizes.Types)
            {
                largest = Math.Max(largest, Compare(device, cpu, length, [type, type, type, type, type], checks));
            }
        }

        largest = Math.Max(largest, ConversionChecks.Run(device, cpu, sizes.PatternStep, checks));
        foreach (var type in sizes.Types)
        {
            largest = Math.Max(largest, SelectionChecks.Run(device, cpu, type, sizes.SelectedElementCount, checks));
        }

        if (sizes.MixesTypes)
        {
            foreach (var types in MixedTypes(sizes.Types))
            {
                largest = Math.Max(largest, Compare(device, cpu, 1_003, types, checks));
            }
        }

        return largest;
    }

    // Type of the output, of the base, of the inputs.
    private static IEnumerable<DType[]> MixedTypes(IReadOnlyList<DType> types) =>
        from output in types
        from origin in types
        from inputs in new[] { new[] { origin, origin, origin }, [DType.BF16, DType.F32, DType.F16] }
        where output != origin || inputs[0] != origin
        select new[] { output, origin }.Concat(inputs).ToArray();

    private static double Compare(CudaDevice device, CpuDevice cpu, int length, DType[] types, CheckList checks)
    {
        var expected = OperatorResults.Of(cpu, length, types[0], types[1], types[2..]);
        var actual = OperatorResults.Of(device, length, types[0], types[1], types[2..]);
        var inputs = string.Create(
            CultureInfo.InvariantCulture, $"{length} elements, {types[0]} of base {types[1]} and {string.Join(", ", types[2..])}");
        var largest = 0.0;
        foreach (var calls in actual.Zip(expected).GroupBy(call => call.Second.Operator, StringComparer.Ordinal))
        {
            var differences = calls.Select(call => Difference.InUlps(call.Second.Type, call.First.Bytes, call.Second.Bytes)).ToArray();
            var isOfSums = OfSums.Any(name => calls.Key.Contains(name, StringComparison.Ordinal));
            var result = new CheckResult(
                calls.Key, inputs, differences.Any(double.IsNaN) ? double.NaN : differences.Max(), isOfSums ? 1 : 0, CheckResult.Ulps);
            checks.Add(result);
            largest = Math.Max(largest, result.Difference);
        }

        return largest;
    }
}
