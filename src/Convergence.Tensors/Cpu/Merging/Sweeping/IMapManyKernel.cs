using Convergence.Tensors.Cpu.Merging.Lanes;

namespace Convergence.Tensors.Cpu.Merging.Sweeping;

/// <summary>Several merges of the same elements: each result depends on the elements at its own index alone.</summary>
internal unsafe interface IMapManyKernel
{
    /// <summary>Merges a run of elements into every output.</summary>
    /// <param name="tensors">Where each tensor's run begins, the base's first when there is one.</param>
    /// <param name="outputs">Where each output's run begins.</param>
    /// <param name="count">Elements: a multiple of <see cref="MergeSweep.Granule"/>.</param>
    void Run<TLanes, TResult>(byte** tensors, byte** outputs, nint count)
        where TLanes : struct, ILanes
        where TResult : struct, IResult;
}
