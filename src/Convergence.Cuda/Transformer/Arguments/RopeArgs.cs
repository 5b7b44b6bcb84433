using System.Runtime.InteropServices;

namespace Convergence.Cuda.Transformer.Arguments;

/// <summary>What a rotary embedding takes.</summary>
/// <remarks>Laid out as <c>RopeArgs</c> of <c>transformer_rows.cu</c>, which says more.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct RopeArgs
{
    public Matrix Heads;
    public ulong Positions;
    public ulong Cosines;
    public ulong Sines;
    public int Rows;
    public int HeadCount;
    public int Half;
    public int Reserved;
}
