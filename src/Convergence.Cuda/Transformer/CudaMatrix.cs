using Convergence.Cuda.Transformer.Arguments;
using Convergence.Tensors.Devices;

namespace Convergence.Cuda.Transformer;

/// <summary>A checked <see cref="MatrixView"/> as kernels see it.</summary>
internal readonly struct CudaMatrix
{
    private const int LoadByteCount = 16;

    private CudaMatrix(MatrixView view)
    {
        var tensor = (CudaTensor)view.Tensor;
        var first = ((long)view.FirstRow * view.RowStride) + view.FirstColumn;
        Argument = new Matrix { Data = tensor.Address + (ulong)(first * sizeof(float)), Stride = view.RowStride };
        (RowCount, ColumnCount) = (view.RowCount, view.ColumnCount);
    }

    public Matrix Argument { get; }

    public int RowCount { get; }

    public int ColumnCount { get; }

    /// <summary>Whether four columns from any multiple of four are one load of 16 bytes, in every row.</summary>
    public bool IsAligned => Argument.Data % LoadByteCount == 0 && Argument.Stride * sizeof(float) % LoadByteCount == 0;

    /// <exception cref="ArgumentException">The tensor is not a two-dimensional F32 tensor of a GPU, or the window leaves it.</exception>
    public static CudaMatrix Of(MatrixView view)
    {
        TransformerChecks.Matrix(view);
        if (view.Tensor is not CudaTensor)
        {
            throw new ArgumentException($"A matrix must lie in the GPU's memory: {view.Tensor.DType} {view.Tensor.Shape} does not.");
        }

        return new CudaMatrix(view);
    }

    /// <summary>1 when all of them are aligned, for a kernel's arguments.</summary>
    public static int Aligned(params ReadOnlySpan<CudaMatrix> matrices)
    {
        foreach (var matrix in matrices)
        {
            if (!matrix.IsAligned)
            {
                return 0;
            }
        }

        return 1;
    }
}
