using Convergence.Bench.Limits;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Devices;
using static Convergence.Bench.Tables.ResultTable;

namespace Convergence.Bench.Tables;

/// <summary>Square fp32 matrix products, against the processor's fused multiply-add peak.</summary>
internal static class GemmTable
{
    private const double Target = 0.70;

    public static ResultTable Measure(int threadCount)
    {
        var table = new ResultTable($"Matrix product fp32, {threadCount} threads (medians)");
        foreach (var size in (int[])[1024, 2048])
        {
            Measure(table, size, threadCount);
        }

        return table;
    }

    private static void Measure(ResultTable table, int size, int threadCount)
    {
        using var team = new WorkerTeam(threadCount);
        using var device = new CpuDevice(threadCount);
        var kernels = device.Transformer;
        using var left = device.Allocate(DType.F32, new TensorShape(size, size));
        using var right = device.Allocate(DType.F32, new TensorShape(size, size));
        using var product = device.Allocate(DType.F32, new TensorShape(size, size));
        Fill(left, 0.5f);
        Fill(right, 0.25f);
        var packed = kernels.Pack([right], WeightLayout.OutputByInput);

        // The peak is taken before and after, since the machine's speed drifts; the higher one counts.
        var peakBefore = FmaPeak.Measure(team);
        var times = Measurement.OfEach(
        [
            () => kernels.MatMul(MatrixView.Of(left), packed, bias: null, MatrixView.Of(product)),
            () => kernels.MatMul(
                MatrixView.Of(left), kernels.Pack([right], WeightLayout.OutputByInput, packed), null, MatrixView.Of(product)),
        ], count: size == 1024 ? 31 : 15);
        var peak = Math.Max(peakBefore, FmaPeak.Measure(team));
        packed.Dispose();

        string[] names = [$"{size}, weights packed once, as in scoring", $"{size}, packing both factors every time"];
        for (var index = 0; index < names.Length; index++)
        {
            var rate = 2.0 * size * size * size / times[index].Median * 1e-9;
            table.Add(
                names[index],
                $"{Number(rate, "0")} GFLOP/s",
                $"FMA peak {Number(peak, "0")} GFLOP/s",
                Number(rate / peak),
                ">= 0.70 of the peak",
                rate / peak >= Target);
        }
    }

    private static void Fill(HostTensor tensor, float scale)
    {
        var random = new Convergence.Evolution.Randomness.SearchRandom(11);
        foreach (ref var element in tensor.AsSpan<float>())
        {
            element = (float)(random.NextDouble() - 0.5) * scale;
        }
    }
}
