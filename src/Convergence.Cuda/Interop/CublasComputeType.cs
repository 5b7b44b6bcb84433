namespace Convergence.Cuda.Interop;

/// <summary>In what products are summed (cublasComputeType_t).</summary>
internal enum CublasComputeType
{
    F32 = 68,
    F32FastTf32 = 77,
}
