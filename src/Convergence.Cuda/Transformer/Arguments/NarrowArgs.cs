using System.Runtime.InteropServices;

namespace Convergence.Cuda.Transformer.Arguments;

/// <summary>Activations to round to bfloat16.</summary>
/// <remarks>Laid out as <c>NarrowArgs</c> of <c>transformer_matmul.cu</c>, which says more.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct NarrowArgs
{
    public Matrix Input;
    public ulong Output;
    public int Rows;
    public int Columns;
    public int Pitch;
    public int Aligned;
}
