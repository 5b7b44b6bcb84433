using System.Runtime.Intrinsics;

namespace Convergence.Tensors.Cpu;

/// <summary>
/// A 16-bit float format as an operator over bits: the scalar forms are the specification, the vector forms give the same bits in
/// every lane. A 16-bit value occupies the low half of its 32-bit lane; the high half is zero.
/// </summary>
internal interface IFloat16Format
{
    static abstract uint Widen(uint bits);

    static abstract Vector256<uint> Widen(Vector256<uint> bits);

    static abstract Vector512<uint> Widen(Vector512<uint> bits);

    static abstract uint Narrow(uint bits);

    static abstract Vector256<uint> Narrow(Vector256<uint> bits);

    static abstract Vector512<uint> Narrow(Vector512<uint> bits);
}
