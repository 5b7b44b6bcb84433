namespace Convergence.Cuda.Interop;

/// <summary>What is done to a factor before it is multiplied (cublasOperation_t).</summary>
internal enum CublasOperation
{
    None = 0,
    Transpose = 1,
}
