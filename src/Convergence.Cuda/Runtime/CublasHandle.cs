using Convergence.Cuda.Interop;

namespace Convergence.Cuda.Runtime;

/// <summary>cuBLAS on one stream.</summary>
internal sealed class CublasHandle : ContextChildHandle
{
    public CublasHandle(ContextHandle context, CudaStream stream) : base(context)
    {
        CudaException.ThrowIfFailed(Cublas.Create(out var created));
        SetHandle(created);
        CudaException.ThrowIfFailed(Cublas.SetStream(created, stream.Value));
    }

    protected override int Release() => Cublas.Destroy(handle);
}
