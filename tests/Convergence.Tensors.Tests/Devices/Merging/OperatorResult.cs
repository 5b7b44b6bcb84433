namespace Convergence.Tensors.Tests.Devices.Merging;

/// <summary>What one call of a merge operator gave.</summary>
/// <param name="Operator">The method's name.</param>
/// <param name="Type">What the bytes are: elements of the output's type, sums (<see cref="DType.F64"/>), counts.</param>
/// <param name="Bytes">Every bit of it.</param>
internal sealed record OperatorResult(string Operator, DType Type, byte[] Bytes);
