using Convergence.Tensors.Cpu.Merging.Lanes;

namespace Convergence.Tensors.Cpu.Merging.Sweeping;

/// <summary>Looks at blocks of elements and keeps what it finds out. Called on several threads at once.</summary>
internal unsafe interface IBlockKernel
{
    /// <param name="tensors">Where each tensor's block begins, the base's first when there is one.</param>
    /// <param name="block">Which elements these are.</param>
    void Run<TLanes>(byte** tensors, Block block) where TLanes : struct, ILanes;
}
