namespace Convergence.Tensors.Cpu.Merging.Sweeping;

/// <summary>A run of elements that a kernel looks at.</summary>
/// <param name="Place">The first element, counted in the tensors of this call.</param>
/// <param name="Index">The first element, counted in the whole tensor.</param>
/// <param name="Count">Elements.</param>
/// <param name="PaddedCount">Elements with the zeros that complete the last granule.</param>
/// <param name="Worker">The thread that runs the kernel, in [0, threads).</param>
internal readonly record struct Block(long Place, long Index, int Count, int PaddedCount, int Worker);
