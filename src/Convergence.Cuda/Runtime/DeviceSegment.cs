namespace Convergence.Cuda.Runtime;

/// <summary>What the driver allocated at once.</summary>
/// <param name="Address">Its first byte; 0 for none.</param>
/// <param name="ByteCount">A size class of <see cref="SizeClasses"/>.</param>
internal readonly record struct DeviceSegment(ulong Address, long ByteCount);
