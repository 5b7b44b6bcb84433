using System.Runtime.InteropServices;

namespace Convergence.Cuda.Merging.Arguments;

/// <summary>What DARE takes.</summary>
/// <remarks>Laid out as <c>DareArgs</c> of <c>merge_dare.cu</c>, which says more.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct DareArgs
{
    public MergeTensors Tensors;
    public SparseJoin Join;
    public ChunkGrid Grid;
    public InputArray<ulong> Bounds;
    public ulong Key;
}
