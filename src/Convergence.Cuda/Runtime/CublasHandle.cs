using Convergence.Cuda.Interop;

namespace Convergence.Cuda.Runtime;

/// <summary>cuBLAS on one stream.</summary>
internal sealed unsafe class CublasHandle : ContextChildHandle
{
    // cublasGemmAlgo_t: cuBLAS chooses.
    private const int DefaultAlgorithm = -1;

    private readonly CudaStream _stream;

    public CublasHandle(ContextHandle context, CudaStream stream) : base(context, () => Create(stream))
    {
        _stream = stream;
        try
        {
            Require(Cublas.SetStream(handle, stream.Value), nameof(Cublas.SetStream), stream);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Queues products. cuBLAS sees columns where rows are meant: it computes output^T = weight x input^T.</summary>
    /// <exception cref="CudaException">cuBLAS refuses, or a kernel that was queued before has faulted.</exception>
    public void Multiply(in MatrixProduct product)
    {
        _stream.Context.MakeCurrent();
        if (product.Count == 1)
        {
            MultiplyOne(product);
        }
        else
        {
            MultiplyStack(product);
        }
    }

    protected override int Release() => (int)Cublas.Destroy(handle);

    private static nint Create(CudaStream stream)
    {
        Require(Cublas.Create(out var created), nameof(Cublas.Create), stream);
        return created;
    }

    // The call in which a fault comes to light is any that follows, and cuBLAS does not tell it from an error of its own: the driver does.
    private static void Require(CublasStatus status, string function, CudaStream stream)
    {
        if (status == CublasStatus.Success)
        {
            return;
        }

        var fault = CudaDriver.StreamSynchronize(stream.Value);
        throw CudaException.Of(CudaErrors.IsSticky(fault)
            ? CudaFailure.Of(fault, nameof(CudaDriver.StreamSynchronize))
            : CudaFailure.Of(status, function));
    }

    private void MultiplyOne(in MatrixProduct product)
    {
        var one = 1f;
        var previous = product.KeepsOutput ? 1f : 0f;
        var status = Cublas.GemmEx(
            Value, CublasOperation.Transpose, CublasOperation.None,
            product.OutputCount, product.RowCount, product.InputCount,
            &one,
            product.Weight, product.Type, Math.Max(1, product.InputCount),
            product.Input, product.Type, Leading(product.InputStride),
            &previous,
            product.Output, CublasDataType.F32, Leading(product.OutputStride),
            product.ComputeType, DefaultAlgorithm);
        Require(status, nameof(Cublas.GemmEx), _stream);
    }

    private void MultiplyStack(in MatrixProduct product)
    {
        var one = 1f;
        var previous = product.KeepsOutput ? 1f : 0f;
        var status = Cublas.GemmStridedBatchedEx(
            Value, CublasOperation.Transpose, CublasOperation.None,
            product.OutputCount, product.RowCount, product.InputCount,
            &one,
            product.Weight, product.Type, Math.Max(1, product.InputCount), (long)product.OutputCount * product.InputCount,
            product.Input, product.Type, Leading(product.InputStride), product.RowCount * product.InputStride,
            &previous,
            product.Output, CublasDataType.F32, Leading(product.OutputStride), product.RowCount * product.OutputStride,
            product.Count, product.ComputeType, DefaultAlgorithm);
        Require(status, nameof(Cublas.GemmStridedBatchedEx), _stream);
    }

    private static int Leading(long stride) => Math.Max(1, checked((int)stride));
}
