using Convergence.Cuda.Interop;

namespace Convergence.Cuda.Runtime;

/// <summary>cuBLAS on one stream.</summary>
internal sealed class CublasHandle : ContextChildHandle
{
    public CublasHandle(ContextHandle context, CudaStream stream) : base(context, Create)
    {
        try
        {
            CudaException.ThrowIfFailed(Cublas.SetStream(handle, stream.Value));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    protected override int Release() => Cublas.Destroy(handle);

    private static nint Create()
    {
        CudaException.ThrowIfFailed(Cublas.Create(out var created));
        return created;
    }
}
