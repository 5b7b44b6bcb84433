using System.Runtime.InteropServices;
using Convergence.Cuda.Merging.Arguments;

namespace Convergence.Cuda.Transformer.Arguments;

/// <summary>A bias to add.</summary>
/// <remarks>Laid out as <c>AddBiasArgs</c> of <c>transformer_matmul.cu</c>, which says more.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct AddBiasArgs
{
    public Matrix Output;
    public Operand Bias;
    public int Rows;
    public int Columns;
    public int MemberRows;
    public int Accumulate;
    public int Aligned;
    public int Reserved;
}
