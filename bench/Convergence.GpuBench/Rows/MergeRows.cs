using System.Globalization;
using Convergence.Bench.Tables;
using Convergence.Tensors.Devices;
using static Convergence.Bench.Tables.ResultTable;

namespace Convergence.GpuBench.Rows;

/// <summary>
/// Merges of three models that lie in the GPU's memory, tensor by tensor with the operators that the methods call, against the copy of
/// the bytes that such a merge must read and write.
/// </summary>
internal static class MergeRows
{
    private const double Density = 0.3;
    private const double ElementWiseTarget = 0.75;
    private const double TiesTarget = 0.30;

    private static readonly double[] Weights = [0.4, 0.35, 0.25];
    private static readonly double[] Densities = [Density, Density, Density];
    private static readonly int[] Places = [0, 1, 2];

    public static void Add(ResultTable table, ComputeDevice device, BenchSizes sizes)
    {
        var copyRate = CopyLimit.Measure(device, sizes);
        using var models = new ResidentModels(device, sizes.MergedShape);
        var kernels = device.Merging;
        Measure("linear", tensorsMoved: 4, ElementWiseTarget, layer => kernels.Combine(layer.Models, Weights, layer.Output));
        Measure("task_arithmetic", tensorsMoved: 5, ElementWiseTarget, layer =>
            kernels.AddTaskVectors(layer.Base, layer.Models, Weights, layer.Output));
        Measure("dare, density 0.3", tensorsMoved: 5, ElementWiseTarget, layer =>
            kernels.Dare(layer.Base, layer.Models, Weights, Densities, new DareOptions(Key: 7), layer.Output));
        Measure("ties, exact top 30 %", tensorsMoved: 5, TiesTarget, layer => Ties(kernels, layer));

        void Measure(string method, int tensorsMoved, double target, Action<ResidentModels.Layer> merge)
        {
            var seconds = GpuTime.Median(device, sizes.RepeatCount, () =>
            {
                foreach (var layer in models.Layers)
                {
                    merge(layer);
                }
            });
            var rate = tensorsMoved * models.Layers.Sum(layer => layer.Output.ByteCount) / seconds;
            table.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{method}, 3 x {sizes.MergedShape.ParameterCount * 1e-6:0} M bf16 resident, "
                    + $"{tensorsMoved} of each tensor moved at least"),
                $"{Number(seconds * 1e3)} ms, {Number(rate * 1e-9, "0")} GB/s",
                $"copy {Number(copyRate * 1e-9, "0")} GB/s",
                Number(rate / copyRate),
                $">= {Number(target)} of the copy's bandwidth",
                rate / copyRate >= target);
        }
    }

    // As a merge runs it: the cuts stay on the GPU, and the host waits for none.
    private static void Ties(MergeKernels kernels, ResidentModels.Layer layer)
    {
        var keep = (long)(Density * layer.Base.ElementCount);
        using var cuts = kernels.SelectCuts(layer.Base, layer.Models, [keep, keep, keep]);
        kernels.Ties(layer.Base, layer.Models, Weights, cuts, Places, new TiesOptions(), layer.Output);
    }
}
