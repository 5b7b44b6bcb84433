namespace Convergence.Cuda.Interop;

/// <summary>What is set for a kernel (CUfunction_attribute).</summary>
internal enum FunctionAttribute
{
    /// <summary>Needed for more than 48 KiB of dynamic shared memory.</summary>
    MaxDynamicSharedByteCount = 8,
}
