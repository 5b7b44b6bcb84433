using System.Runtime.InteropServices;

namespace Convergence.Cuda.Merging.Arguments;

/// <summary>Rows to compare as distributions. Laid out as <c>RowDivergenceArgs</c> of <c>merge_divergence.cu</c>, which says more.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RowDivergenceArgs
{
    public MergeTensors Tensors;
    public ulong Divergences;
    public long RowLength;
    public long RowCount;
    public double Offset;
}
