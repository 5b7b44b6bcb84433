using System.Runtime.InteropServices;

namespace Convergence.Cuda.Merging.Arguments;

/// <summary>Rows to compare as distributions.</summary>
/// <remarks>Laid out as <c>RowDivergenceArgs</c> of <c>merge_divergence.cu</c>, which says more.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct RowDivergenceArgs
{
    public MergeTensors Tensors;
    public ulong Divergences;
    public long RowLength;
    public long RowCount;
    public double Offset;
}
