using System.Runtime.Intrinsics;

namespace Convergence.Tensors.Cpu.Merging.Lanes;

/// <summary>How a kernel stores sixteen results.</summary>
internal unsafe interface IResult
{
    /// <summary>Bytes of an element where the kernel stores it.</summary>
    static abstract int ElementByteCount { get; }

    static abstract void Store(Vector512<double> lower, Vector512<double> upper, byte* destination);
}
