using System.Runtime.Intrinsics;

namespace Convergence.Tensors.Cpu.Merging.Sparse;

/// <summary>
/// The four words of eight Philox blocks, in the lower halves of the lanes; what the upper halves hold is left to the arithmetic.
/// </summary>
internal readonly ref struct PhiloxState(Vector512<ulong> word0, Vector512<ulong> word1, Vector512<ulong> word2, Vector512<ulong> word3)
{
    public readonly Vector512<ulong> Word0 = word0;
    public readonly Vector512<ulong> Word1 = word1;
    public readonly Vector512<ulong> Word2 = word2;
    public readonly Vector512<ulong> Word3 = word3;
}
