using System.Runtime.InteropServices;

namespace Convergence.Cuda.Transformer.Arguments;

/// <summary>Rows to gather or scatter.</summary>
/// <remarks>Laid out as <c>MoveRowsArgs</c> of <c>transformer_rows.cu</c>, which says more.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct MoveRowsArgs
{
    public Matrix Source;
    public Matrix Destination;
    public ulong Indices;
    public int Rows;
    public int Columns;
    public int Scatter;
    public int Aligned;
}
