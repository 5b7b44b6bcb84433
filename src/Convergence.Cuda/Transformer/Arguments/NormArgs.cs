using System.Runtime.InteropServices;
using Convergence.Cuda.Merging.Arguments;

namespace Convergence.Cuda.Transformer.Arguments;

/// <summary>What a normalisation takes.</summary>
/// <remarks>Laid out as <c>NormArgs</c> of <c>transformer_norms.cu</c>, which says more.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct NormArgs
{
    public Matrix Input;
    public Matrix Output;
    public Operand Weight;
    public Operand Bias;
    public int Rows;
    public int Columns;
    public int MemberRows;
    public float Epsilon;
    public int Aligned;
    public int Reserved;
}
