using Convergence.Bench.Limits;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Devices;
using static Convergence.Bench.Tables.ResultTable;

namespace Convergence.Bench.Tables;

/// <summary>Merging three fp32 models of 25 M parameters in memory, against the copy of one tensor of that size.</summary>
internal static class MergeTable
{
    private const int ElementCount = 25_000_000;
    private const double Density = 0.3;

    public static ResultTable Measure(int threadCount)
    {
        using var team = new WorkerTeam(threadCount);
        using var device = new CpuDevice(threadCount);
        var baseTensor = Random(1, 0.05);
        DeviceTensor[] models = [Near(baseTensor, 2), Near(baseTensor, 3), Near(baseTensor, 4)];
        using var output = HostTensor.Allocate(DType.F32, new TensorShape(ElementCount));
        double[] weights = [0.4, 0.35, 0.25];
        double[] densities = [Density, Density, Density];
        long[] keepCounts = [(long)(Density * ElementCount), (long)(Density * ElementCount), (long)(Density * ElementCount)];
        var cuts = new MagnitudeCut[3];
        var kernels = device.Merging;

        var times = Measurement.OfEach(
        [
            () => CopyKernel.Run(team, baseTensor, output),
            () => kernels.Combine(models, weights, output),
            () => Slerp(kernels, models[0], models[1], output),
            () =>
            {
                kernels.SelectLargest(baseTensor, models, keepCounts, cuts);
                kernels.Ties(baseTensor, models, weights, cuts, new TiesOptions(), output);
            },
            () => kernels.Dare(baseTensor, models, weights, densities, new DareOptions(Key: 7), output),
        ]);

        foreach (var model in models)
        {
            model.Dispose();
        }

        baseTensor.Dispose();
        return Tabulate(times, threadCount);
    }

    private static ResultTable Tabulate(Measurement[] times, int threadCount)
    {
        var copy = times[0].Median;
        var copyBandwidth = 2.0 * sizeof(float) * ElementCount / copy * 1e-9;
        var linearBandwidth = 4.0 * sizeof(float) * ElementCount / times[1].Median * 1e-9;
        var limit = $"copy {Number(copy * 1e3)} ms, {Number(copyBandwidth, "0.0")} GB/s";

        var table = new ResultTable($"Merging 3 x 25 M fp32 in memory, {threadCount} threads (medians of 15)");
        table.Add(
            "linear, 3 reads + 1 write",
            $"{Number(times[1].Median * 1e3)} ms, {Number(linearBandwidth, "0.0")} GB/s",
            limit,
            Number(linearBandwidth / copyBandwidth),
            ">= 0.85 of the copy's bandwidth",
            linearBandwidth / copyBandwidth >= 0.85);
        AddMultiple("slerp of two", times[2], 2.2);
        AddMultiple($"ties, exact top {Density:P0}", times[3], 5);
        AddMultiple($"dare, density {Density}", times[4], 4);
        return table;

        void AddMultiple(string what, Measurement time, double target) => table.Add(
            what,
            $"{Number(time.Median * 1e3)} ms",
            limit,
            Number(time.Median / copy) + " x",
            $"<= {Number(target, "0.0")} x the copy",
            time.Median / copy <= target);
    }

    // What the slerp method does with one pair of tensors: measure the angle, then combine.
    private static void Slerp(MergeKernels kernels, DeviceTensor a, DeviceTensor b, DeviceTensor output)
    {
        Span<double> gram = stackalloc double[4];
        kernels.Gram([a, b], gram);
        var cosine = gram[1] / Math.Sqrt(gram[0] * gram[3]);
        var angle = Math.Acos(Math.Clamp(cosine, -1, 1));
        var sine = Math.Max(Math.Sin(angle), 1e-9);
        kernels.Combine([a, b], [Math.Sin(0.5 * angle) / sine, Math.Sin(0.5 * angle) / sine], output);
    }

    private static HostTensor Random(ulong seed, double scale)
    {
        var random = new Convergence.Evolution.Randomness.SearchRandom(seed);
        var tensor = HostTensor.Allocate(DType.F32, new TensorShape(ElementCount));
        foreach (ref var element in tensor.AsSpan<float>())
        {
            // The sum of three uniforms is bell-shaped enough for weights, and quick to draw.
            element = (float)((random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5) * scale);
        }

        return tensor;
    }

    private static HostTensor Near(HostTensor origin, ulong seed)
    {
        var tensor = Random(seed, 0.005);
        var from = origin.AsSpan<float>();
        var to = tensor.AsSpan<float>();
        for (var index = 0; index < to.Length; index++)
        {
            to[index] += from[index];
        }

        return tensor;
    }
}
