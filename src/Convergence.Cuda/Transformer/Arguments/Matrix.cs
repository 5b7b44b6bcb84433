using System.Runtime.InteropServices;

namespace Convergence.Cuda.Transformer.Arguments;

/// <summary>Rows of F32. Laid out as <c>Matrix</c> of <c>transformer.cuh</c>, which says more.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Matrix
{
    public ulong Data;
    public long Stride;
}
