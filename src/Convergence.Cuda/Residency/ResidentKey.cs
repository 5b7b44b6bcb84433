using Convergence.Tensors;

namespace Convergence.Cuda.Residency;

/// <summary>A tensor of a file, whoever mapped it.</summary>
internal readonly record struct ResidentKey(string File, long ByteOffset, DType DType, long ByteCount);
