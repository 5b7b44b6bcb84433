using System.Runtime.InteropServices;

namespace Convergence.Cuda.Transformer.Arguments;

/// <summary>What GELU takes.</summary>
/// <remarks>Laid out as <c>GeluArgs</c> of <c>transformer_rows.cu</c>, which says more.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct GeluArgs
{
    public Matrix Values;
    public int Rows;
    public int Columns;
    public int TanhForm;
    public int Aligned;
}
