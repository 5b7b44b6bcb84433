using System.Runtime.CompilerServices;

namespace Convergence.Cuda.Merging.Arguments;

/// <summary>The base and every input.</summary>
[InlineArray(InputArray<byte>.Count + 1)]
internal struct OperandArray
{
    private Operand _first;
}
