using System.Runtime.InteropServices;

namespace Convergence.Cuda.Transformer.Arguments;

/// <summary>Rows whose largest values are looked for.</summary>
/// <remarks>Laid out as <c>ArgMaxArgs</c> of <c>transformer_scores.cu</c>, which says more.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct ArgMaxArgs
{
    public Matrix Values;
    public ulong Results;
    public int Rows;
    public int Columns;
}
