namespace Convergence.Tensors.Cpu.Merging;

/// <summary>A merge of elements: each result depends on the elements at its own index alone.</summary>
internal unsafe interface IMapKernel
{
    /// <summary>Merges a run of elements.</summary>
    /// <param name="tensors">Where each tensor's run begins, the base's first when there is one.</param>
    /// <param name="output">Where the results go.</param>
    /// <param name="index">The index of the first element in the whole tensor: a multiple of <see cref="MergeSweep.Granule"/>.</param>
    /// <param name="count">Elements: a multiple of <see cref="MergeSweep.Granule"/>.</param>
    void Run<TLanes, TResult>(byte** tensors, byte* output, long index, nint count)
        where TLanes : struct, ILanes
        where TResult : struct, IResult;
}
