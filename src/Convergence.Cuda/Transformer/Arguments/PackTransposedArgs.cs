using System.Runtime.InteropServices;
using Convergence.Cuda.Merging.Arguments;

namespace Convergence.Cuda.Transformer.Arguments;

/// <summary>A weight to convert and turn.</summary>
/// <remarks>Laid out as <c>PackTransposedArgs</c> of <c>transformer_matmul.cu</c>, which says more.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct PackTransposedArgs
{
    public Operand Source;
    public ulong Destination;
    public int Inputs;
    public int Outputs;
    public int Dtype;
    public int Reserved;
}
