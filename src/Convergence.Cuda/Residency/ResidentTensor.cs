using Convergence.Tensors;

namespace Convergence.Cuda.Residency;

/// <summary>A tensor that stays on the GPU, and how often it is lent at the moment.</summary>
internal sealed class ResidentTensor(CudaTensor tensor) : IDisposable
{
    private int _lentCount;

    public bool IsLent => Volatile.Read(ref _lentCount) > 0;

    /// <summary>A view of the elements under a shape, to be disposed after use.</summary>
    public CudaTensor Lend(TensorShape shape)
    {
        Interlocked.Increment(ref _lentCount);
        return tensor.Reshape(shape).Lend(() => Interlocked.Decrement(ref _lentCount));
    }

    public void Dispose() => tensor.Dispose();
}
