using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Cpu.Merging.Sweeping;

namespace Convergence.Tensors.Cpu.Merging.Sparse;

/// <summary>Gathers the magnitudes of a row's task vectors on the worker that will rank them.</summary>
/// <param name="sampler">Receives them.</param>
internal readonly unsafe struct RowMagnitudeKernel(RankedSampler sampler) : IBlockKernel
{
    private readonly RankedSampler _sampler = sampler;

    public void Run<TLanes>(byte** tensors, Block block) where TLanes : struct, ILanes
    {
        var row = _sampler.Row(block.Worker);
        for (var input = 0; input < _sampler.InputCount; input++)
        {
            var magnitudes = row.Magnitudes(input) + block.Index;
            for (nint i = 0; i < block.PaddedCount; i += ILanes.Count)
            {
                var offset = i * TLanes.ElementByteCount;
                TLanes.Magnitude(tensors[input + 1] + offset, tensors[0] + offset).Store(magnitudes + i);
            }
        }
    }
}
