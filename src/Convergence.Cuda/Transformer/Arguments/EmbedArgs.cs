using System.Runtime.InteropServices;
using Convergence.Cuda.Merging.Arguments;

namespace Convergence.Cuda.Transformer.Arguments;

/// <summary>What an embedding takes.</summary>
/// <remarks>Laid out as <c>EmbedArgs</c> of <c>transformer_rows.cu</c>, which says more.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct EmbedArgs
{
    public Operand Table;
    public ulong Ids;
    public Matrix Output;
    public int Rows;
    public int Columns;
    public int Accumulate;
    public int Aligned;
}
