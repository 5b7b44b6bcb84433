using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Tests.Devices.Merging;

/// <summary>Merges that are made together, and one by one.</summary>
internal static class TogetherCases
{
    private static readonly double[] Weights = [0.3, -0.25, 0.75];
    private static readonly MagnitudeCut[] Cuts = [new(0x3D80_0000, 40), new(0x3E00_0000, 3), MagnitudeCut.KeepAll];

    // What is read, and the type of the results.
    public static readonly DType[][] TypeMixes =
    [
        [DType.F32, DType.F32, DType.F32, DType.F32, DType.F32],
        [DType.BF16, DType.BF16, DType.BF16, DType.BF16, DType.BF16],
        [DType.F16, DType.F16, DType.F16, DType.F16, DType.F32],
        [DType.F32, DType.BF16, DType.F32, DType.F16, DType.F64],
        [DType.F64, DType.F64, DType.F32, DType.BF16, DType.F16],
        [DType.F64, DType.F64, DType.F64, DType.F64, DType.F64],
    ];

    /// <summary>Both ways, over tensors of these types: the bits must be the same.</summary>
    public static void Compare(ComputeDevice device, DType[] types, int length, int firstIndex)
    {
        var (hostOrigin, hostInputs) = MergeCases.Tensors(length, types[0], types[1..4]);
        var origin = device.Import(hostOrigin);
        var inputs = Array.ConvertAll(hostInputs, input => device.Import((HostTensor)input));
        var merges = Merges(device.Merging, origin, inputs, firstIndex);
        var outputs = merges.ConvertAll(_ => device.Allocate(types[4], origin.Shape));
        device.Merging.Together(() =>
        {
            for (var index = 0; index < merges.Count; index++)
            {
                merges[index](outputs[index]);
            }
        });
        using var single = device.Allocate(types[4], origin.Shape);
        for (var index = 0; index < merges.Count; index++)
        {
            merges[index](single);
            var (together, alone) = (MergeCases.BytesOf(device, outputs[index]), MergeCases.BytesOf(device, single));
            Assert.That(together.AsSpan().SequenceEqual(alone), $"merge {index}");
            outputs[index].Dispose();
        }
    }

    // Kernels with and without a base, with an index, with one per row or column.
    private static List<Action<DeviceTensor>> Merges(MergeKernels kernels, DeviceTensor origin, DeviceTensor[] inputs, int firstIndex)
    {
        var length = (int)origin.ElementCount;
        double[] factors = [.. Enumerable.Range(0, 3 * length).Select(index => 1.0 / (index + 1))];
        var rowCount = length > 0 && length % 31 == 0 ? 31 : 1;
        var rows = new VectorLayout(rowCount, length / rowCount, AreColumns: false);
        double[] rowWeights = [.. Enumerable.Range(0, 3 * rows.Count).Select(index => 0.01 * index)];
        List<Action<DeviceTensor>> merges =
        [
            output => kernels.Combine(inputs, Weights, output),
            output => kernels.Combine(inputs, [1.0 / 3, 1.0 / 3, 1.0 / 3], output),
            output => kernels.AddTaskVectors(origin, inputs, Weights, output),
            output => kernels.AddTaskVectors(origin, inputs, [0, 1, 0], output),
            output => kernels.Ties(origin, inputs, Weights, Cuts, new TiesOptions(1, Normalize: true, SignOfZero: 1, firstIndex), output),
            output =>
                kernels.Ties(origin, inputs, [1, 1, 1], Cuts, new TiesOptions(0.5, Normalize: false, SignOfZero: -1, firstIndex), output),
            output => kernels.Dare(origin, inputs, Weights, [0.5, 0.2, 1], new DareOptions(7, true, false, false, 1, firstIndex), output),
            output => kernels.Dare(origin, inputs, Weights, [0.5, 0.2, 1], new DareOptions(7, true, true, true, 1, firstIndex), output),
            output => kernels.AddFeatures(origin, inputs, factors, output),
            output => kernels.Copy(origin, output),
        ];

        // More than fit into the registers at once, and more than one set of random numbers.
        for (var variant = 1; variant <= 6; variant++)
        {
            double[] weights = [0.1 * variant, -0.2, variant % 2];
            double[] densities = [0.1 * variant, 0.9, 1];
            var key = 7 + ((ulong)variant % 2);
            var dare = new DareOptions(key, Rescale: true, ElectSign: variant == 3, Normalize: variant > 4, Lambda: 1, firstIndex);
            var ties = new TiesOptions(weights[0], Normalize: variant % 2 == 1, SignOfZero: -1, firstIndex);
            merges.Add(output => kernels.Combine(inputs, weights, output));
            merges.Add(output => kernels.AddTaskVectors(origin, inputs, weights, output));
            double[] ownWeights = [.. rowWeights.Select(weight => weight * weights[0])];
            merges.Add(output => kernels.CombineVectors(origin, inputs, rows, ownWeights, output));
            merges.Add(output => kernels.Ties(origin, inputs, weights, Cuts, ties, output));
            merges.Add(output => kernels.Dare(origin, inputs, weights, densities, dare, output));
        }

        return merges;
    }
}
