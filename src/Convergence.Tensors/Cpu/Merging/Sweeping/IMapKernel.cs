using Convergence.Tensors.Cpu.Merging.Lanes;

namespace Convergence.Tensors.Cpu.Merging.Sweeping;

/// <summary>A merge of elements: each result depends on the elements at its own index alone.</summary>
internal unsafe interface IMapKernel
{
    /// <summary>Merges a run of elements.</summary>
    /// <param name="tensors">Where each tensor's run begins, the base's first when there is one.</param>
    /// <param name="output">Where the results go; there is room for the padding's.</param>
    /// <param name="block">
    /// Which elements these are; they begin at a multiple of <see cref="MergeSweep.Granule"/> and fill granules up.
    /// </param>
    void Run<TLanes, TResult>(byte** tensors, byte* output, Block block)
        where TLanes : struct, ILanes
        where TResult : struct, IResult;
}
