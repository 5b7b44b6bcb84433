using System.Runtime.InteropServices;

namespace Convergence.Cuda.Transformer.Arguments;

/// <summary>Logits and their targets.</summary>
/// <remarks>Laid out as <c>LogProbabilityArgs</c> of <c>transformer_scores.cu</c>, which says more.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct LogProbabilityArgs
{
    public Matrix Logits;
    public ulong Targets;
    public ulong Results;
    public int Rows;
    public int Columns;
}
