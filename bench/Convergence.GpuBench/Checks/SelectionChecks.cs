using System.Globalization;
using System.Runtime.InteropServices;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Devices;
using Convergence.Tensors.Randomness;

namespace Convergence.GpuBench.Checks;

/// <summary>Cuts of large tensors on both devices: of magnitudes that are all different, and of such as come in few sizes.</summary>
internal static class SelectionChecks
{
    private static readonly double[] Shares = [0.001, 0.3, 0.9];

    /// <returns>The largest difference of a magnitude's bits or of an index.</returns>
    public static double Run(ComputeDevice device, CpuDevice cpu, DType type, int length, CheckList checks)
    {
        var largest = 0.0;
        foreach (var (name, step) in new[] { ("smooth", 0.0), ("few sizes", 1.0 / 64) })
        {
            var origin = Tensor(type, length, stream: 0, step);
            HostTensor[] models = [.. Shares.Select((_, model) => Tensor(type, length, (uint)model + 1, step))];
            var result = new CheckResult(
                nameof(MergeKernels.SelectLargest),
                string.Create(CultureInfo.InvariantCulture, $"{length} elements of {type}, {name}"),
                Difference.InUlps(DType.I64, CutsOf(device, origin, models), CutsOf(cpu, origin, models)),
                Tolerance: 0,
                CheckResult.Ulps);
            checks.Add(result);
            largest = Math.Max(largest, result.Difference);
        }

        return largest;
    }

    private static byte[] CutsOf(ComputeDevice device, HostTensor origin, HostTensor[] models)
    {
        var baseTensor = device.Import(origin);
        var inputs = Array.ConvertAll(models, device.Import);
        var cuts = new MagnitudeCut[models.Length];
        device.Merging.SelectLargest(baseTensor, inputs, [.. Shares.Select(share => (long)(share * origin.ElementCount))], cuts);
        long[] numbers = [.. cuts.SelectMany(cut => new[] { cut.MagnitudeBits, cut.LastTieIndex })];
        return MemoryMarshal.AsBytes(numbers.AsSpan()).ToArray();
    }

    // Bell-shaped around zero; rounded to multiples of the step where there is one.
    private static HostTensor Tensor(DType type, int length, uint stream, double step)
    {
        var key = Philox.Key(3, "selection");
        var values = new float[length];
        for (var index = 0; index < length; index++)
        {
            var bell = Philox.UniformAt(key, 2 * stream, index) + Philox.UniformAt(key, (2 * stream) + 1, index) - 1;
            values[index] = (float)(step == 0 ? bell : Math.Round(bell / step) * step);
        }

        var tensor = HostTensor.Allocate(type, new TensorShape(length));
        FloatConversion.Narrow(values, tensor);
        return tensor;
    }
}
