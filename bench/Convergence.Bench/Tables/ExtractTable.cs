using Convergence.Merging;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Devices;
using static Convergence.Bench.Tables.ResultTable;

namespace Convergence.Bench.Tables;

/// <summary>
/// The decomposition of one matrix as <c>extract-lora</c> makes it, against the matrix products that it cannot do without.
/// </summary>
internal static class ExtractTable
{
    private const int Size = 2048;

    public static ResultTable Measure(int threadCount)
    {
        var table = new ResultTable($"extract-lora, one matrix of {Size} x {Size}, {threadCount} threads (medians)");
        using var device = new CpuDevice(threadCount);
        using var matrix = device.Allocate(DType.F32, new TensorShape(Size, Size));
        var random = new Convergence.Evolution.Randomness.SearchRandom(11);
        foreach (ref var element in matrix.AsSpan<float>())
        {
            element = (float)(random.NextDouble() - 0.5);
        }

        foreach (var rank in (int[])[16, 128, 512])
        {
            Measure(table, device, matrix, rank);
        }

        return table;
    }

    private static void Measure(ResultTable table, CpuDevice device, HostTensor matrix, int rank)
    {
        var width = rank + RandomizedSvd.Oversampling;
        using var packed = device.Transformer.Pack([matrix], WeightLayout.OutputByInput);
        using var input = device.Allocate(DType.F32, new TensorShape(width, Size));
        using var output = device.Allocate(DType.F32, new TensorShape(width, Size));
        input.AsSpan<float>().Fill(0.5f);
        var times = Measurement.OfEach(
        [
            () => new RandomizedSvd(device).Decompose(matrix, rank, key: 3),
            () =>
            {
                for (var product = 0; product < RandomizedSvd.ProductCount; product++)
                {
                    device.Transformer.MatMul(MatrixView.Of(input), packed, bias: null, MatrixView.Of(output));
                }
            },
        ], count: 5, warmUpCount: 3);
        var ratio = times[0].Median / times[1].Median;
        table.Add(
            $"rank {rank}",
            $"{Number(times[0].Median, "0.000")} s",
            $"its {RandomizedSvd.ProductCount} products {Number(times[1].Median, "0.000")} s",
            Number(ratio),
            "none",
            true);
    }
}
