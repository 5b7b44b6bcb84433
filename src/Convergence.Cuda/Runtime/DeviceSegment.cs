namespace Convergence.Cuda.Runtime;

/// <summary>What the driver allocated at once.</summary>
/// <param name="Address">Its first byte; 0 for none.</param>
/// <param name="ByteCount">A size class of <see cref="SizeClasses"/>.</param>
/// <param name="Released">Happens when the last work on it is done; <see langword="null"/> for memory fresh from the driver.</param>
internal readonly record struct DeviceSegment(ulong Address, long ByteCount, CudaEvent? Released = null);
