namespace Convergence.Cuda.Interop;

/// <summary>A matrix's element type (cudaDataType).</summary>
internal enum CublasDataType
{
    F32 = 0,
    Bf16 = 14,
}
