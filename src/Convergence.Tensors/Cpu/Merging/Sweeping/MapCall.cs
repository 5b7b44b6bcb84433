using Convergence.Tensors.Cpu.Merging.Lanes;

namespace Convergence.Tensors.Cpu.Merging.Sweeping;

/// <summary>A kernel of one output and its block.</summary>
/// <param name="kernel">What merges.</param>
/// <param name="tensors">Where each operand's block begins.</param>
/// <param name="output">Where the results go.</param>
/// <param name="block">Which elements these are.</param>
internal readonly unsafe struct MapCall<TKernel>(TKernel kernel, byte** tensors, byte* output, Block block) : IMapCall
    where TKernel : struct, IMapKernel
{
    private readonly TKernel _kernel = kernel;
    private readonly byte** _tensors = tensors;
    private readonly byte* _output = output;
    private readonly Block _block = block;

    public void Run<TLanes, TResult>()
        where TLanes : struct, ILanes
        where TResult : struct, IResult => _kernel.Run<TLanes, TResult>(_tensors, _output, _block);
}
