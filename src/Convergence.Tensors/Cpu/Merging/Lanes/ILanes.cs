using System.Runtime.Intrinsics;

namespace Convergence.Tensors.Cpu.Merging.Lanes;

/// <summary>
/// How a kernel reads sixteen elements at a time: two vectors of doubles, lower elements first. Doubles hold every float exactly,
/// so kernels compute in them and round once at the store; the conversions hide behind the memory's speed.
/// </summary>
internal unsafe interface ILanes
{
    /// <summary>Elements per step.</summary>
    const int Count = 16;

    /// <summary>Bytes of an element.</summary>
    static abstract int ElementByteCount { get; }

    /// <summary>Reads sixteen elements.</summary>
    static abstract void Load(byte* source, out Vector512<double> lower, out Vector512<double> upper);

    /// <summary>
    /// Reads sixteen elements, with the base's in place of those whose value is less than the least: their difference is then zero. The
    /// comparison is made here because the compiler turns it into one masked instruction only where it sees both.
    /// </summary>
    static abstract void LoadLeast(
        byte* source,
        byte* baseSource,
        Vector512<int> values,
        Vector512<int> least,
        out Vector512<double> lower,
        out Vector512<double> upper);

    /// <summary>
    /// The bits of |source - base| as floats, rounded to nearest even, sign cleared: their order is that of the magnitudes.
    /// </summary>
    static abstract Vector512<uint> Magnitude(byte* source, byte* baseSource);

    /// <summary>Reads sixteen elements, with the base's in place of those whose mask is zero: their difference is then zero.</summary>
    static abstract void LoadKept(
        byte* source, byte* baseSource, Vector512<uint> keep, out Vector512<double> lower, out Vector512<double> upper);
}
