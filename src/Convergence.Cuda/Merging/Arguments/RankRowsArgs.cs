using System.Runtime.InteropServices;

namespace Convergence.Cuda.Merging.Arguments;

/// <summary>Rows to rank.</summary>
/// <remarks>Laid out as <c>RankRowsArgs</c> of <c>merge_ranks.cu</c>, which says more.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct RankRowsArgs
{
    public Operand Base;
    public Operand Input;
    public long RowLength;
    public long RowCount;
    public ulong Ranks;
    public ulong Scratch;
}
