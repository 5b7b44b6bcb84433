using System.Runtime.InteropServices;
using Convergence.Cuda.Merging.Arguments;

namespace Convergence.Cuda.Transformer.Arguments;

/// <summary>A weight to convert.</summary>
/// <remarks>Laid out as <c>PackArgs</c> of <c>transformer_matmul.cu</c>, which says more.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct PackArgs
{
    public Operand Source;
    public ulong Destination;
    public long Count;
    public int Dtype;
    public int Reserved;
}
