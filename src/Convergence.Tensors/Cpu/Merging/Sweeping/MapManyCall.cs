using Convergence.Tensors.Cpu.Merging.Lanes;

namespace Convergence.Tensors.Cpu.Merging.Sweeping;

/// <summary>A kernel of several outputs and its run of elements.</summary>
/// <param name="kernel">What merges.</param>
/// <param name="tensors">Where each operand's run begins.</param>
/// <param name="outputs">Where each output's results go.</param>
/// <param name="count">Elements: a multiple of <see cref="MergeSweep.Granule"/>.</param>
internal readonly unsafe struct MapManyCall<TKernel>(TKernel kernel, byte** tensors, byte** outputs, nint count) : IMapCall
    where TKernel : struct, IMapManyKernel
{
    private readonly TKernel _kernel = kernel;
    private readonly byte** _tensors = tensors;
    private readonly byte** _outputs = outputs;
    private readonly nint _count = count;

    public void Run<TLanes, TResult>()
        where TLanes : struct, ILanes
        where TResult : struct, IResult => _kernel.Run<TLanes, TResult>(_tensors, _outputs, _count);
}
