using Convergence.Tensors.Cpu.Merging.Lanes;

namespace Convergence.Tensors.Cpu.Merging.Sweeping;

/// <summary>A merge kernel with the block that it is to merge: all but the types that it reads and stores.</summary>
internal interface IMapCall
{
    void Run<TLanes, TResult>()
        where TLanes : struct, ILanes
        where TResult : struct, IResult;
}
