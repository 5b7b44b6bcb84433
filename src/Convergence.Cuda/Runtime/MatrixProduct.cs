using Convergence.Cuda.Interop;

namespace Convergence.Cuda.Runtime;

/// <summary>
/// output (+)= input x weight^T for as many products of equal extents, whose operands lie behind each other. Inputs are [rows, inputs],
/// weights [outputs, inputs] and outputs [rows, outputs], row after row, outputs in float32.
/// </summary>
internal readonly record struct MatrixProduct
{
    public required int RowCount { get; init; }

    public required int InputCount { get; init; }

    public required int OutputCount { get; init; }

    /// <summary>How many products.</summary>
    public required int Count { get; init; }

    /// <summary>Of inputs and weights.</summary>
    public required CublasDataType Type { get; init; }

    public required CublasComputeType ComputeType { get; init; }

    public required ulong Weight { get; init; }

    public required ulong Input { get; init; }

    /// <summary>Elements from one row of the input to the next.</summary>
    public required long InputStride { get; init; }

    public required ulong Output { get; init; }

    /// <summary>Elements from one row of the output to the next.</summary>
    public required long OutputStride { get; init; }

    /// <summary>Whether the product is added to what the output holds.</summary>
    public bool KeepsOutput { get; init; }
}
