using System.Runtime.InteropServices;

namespace Convergence.Cuda.Transformer.Arguments;

/// <summary>What attention takes.</summary>
/// <remarks>Laid out as <c>AttentionArgs</c> of <c>transformer_attention.cu</c>, which says more.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct AttentionArgs
{
    public Matrix Query;
    public Matrix Key;
    public Matrix Value;
    public Matrix Output;
    public ulong Spans;
    public ulong Items;
    public ulong Partials;
    public int Heads;
    public int Group;
    public int HeadSize;
    public int Slices;
    public int Stretches;
    public int BlockRows;
    public float Scale;
    public int Aligned;
}
