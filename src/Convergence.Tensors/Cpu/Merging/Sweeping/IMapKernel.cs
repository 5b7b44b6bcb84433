using Convergence.Tensors.Cpu.Merging.Lanes;

namespace Convergence.Tensors.Cpu.Merging.Sweeping;

/// <summary>A merge of elements: each result depends on the elements at its own index alone.</summary>
/// <typeparam name="TSelf">The kernel.</typeparam>
internal unsafe interface IMapKernel<TSelf> where TSelf : struct, IMapKernel<TSelf>
{
    /// <summary>Whether <see cref="RunAll"/> finds out once what the elements are and all its kernels need.</summary>
    static virtual bool SharesReading => false;

    /// <summary>Merges a run of elements.</summary>
    /// <param name="tensors">Where each tensor's run begins, the base's first when there is one.</param>
    /// <param name="output">Where the results go; there is room for the padding's.</param>
    /// <param name="block">
    /// Which elements these are; they begin at a multiple of <see cref="MergeSweep.Granule"/> and fill granules up.
    /// </param>
    void Run<TLanes, TResult>(byte** tensors, byte* output, Block block)
        where TLanes : struct, ILanes
        where TResult : struct, IResult;

    /// <summary>Merges a run of elements with several kernels, to the bits that each of them has alone.</summary>
    /// <param name="kernels">The kernels.</param>
    /// <param name="tensors">As for <see cref="Run"/>.</param>
    /// <param name="outputs">Where each kernel's results go.</param>
    /// <param name="block">As for <see cref="Run"/>.</param>
    static virtual void RunAll<TLanes, TResult>(ReadOnlySpan<TSelf> kernels, byte** tensors, byte** outputs, Block block)
        where TLanes : struct, ILanes
        where TResult : struct, IResult
    {
        for (var kernel = 0; kernel < kernels.Length; kernel++)
        {
            kernels[kernel].Run<TLanes, TResult>(tensors, outputs[kernel], block);
        }
    }
}
