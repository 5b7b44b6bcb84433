namespace Convergence.Cuda.Interop;

/// <summary>What is asked of a GPU (CUdevice_attribute).</summary>
internal enum DeviceAttribute
{
    MultiprocessorCount = 16,
    ComputeMode = 20,
    ComputeCapabilityMajor = 75,
    ComputeCapabilityMinor = 76,
}
