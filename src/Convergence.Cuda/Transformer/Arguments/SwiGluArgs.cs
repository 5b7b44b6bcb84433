using System.Runtime.InteropServices;

namespace Convergence.Cuda.Transformer.Arguments;

/// <summary>What SwiGLU takes.</summary>
/// <remarks>Laid out as <c>SwiGluArgs</c> of <c>transformer_rows.cu</c>, which says more.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct SwiGluArgs
{
    public Matrix GateAndUp;
    public Matrix Output;
    public int Rows;
    public int Columns;
    public int Aligned;
    public int Reserved;
}
