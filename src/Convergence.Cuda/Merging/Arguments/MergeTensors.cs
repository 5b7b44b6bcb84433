using System.Runtime.InteropServices;

namespace Convergence.Cuda.Merging.Arguments;

/// <summary>The tensors of one call: the base first where there is one, then the inputs.</summary>
/// <remarks>Laid out as <c>MergeTensors</c> of <c>merge.cuh</c>, which says more.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct MergeTensors
{
    public OperandArray Operands;
    public ulong Output;
    public long Count;
    public long FirstIndex;
    public int InputCount;
    public int HasBase;
    public int OutputType;
    public int Reserved;
}
