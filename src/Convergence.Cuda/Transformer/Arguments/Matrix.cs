using System.Runtime.InteropServices;

namespace Convergence.Cuda.Transformer.Arguments;

/// <summary>Rows of F32.</summary>
/// <remarks>Laid out as <c>Matrix</c> of <c>transformer.cuh</c>, which says more.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct Matrix
{
    public ulong Data;
    public long Stride;
}
