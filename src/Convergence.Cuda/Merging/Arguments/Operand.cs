using System.Runtime.InteropServices;

namespace Convergence.Cuda.Merging.Arguments;

/// <summary>A tensor as kernels read it.</summary>
/// <remarks>Laid out as <c>Operand</c> of <c>elements.cuh</c>, which says more.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct Operand
{
    public ulong Data;
    public int Dtype;
}
