using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Cpu.Transformer;

/// <summary>A checked <see cref="MatrixView"/> as kernels see it: F32 rows at a fixed distance.</summary>
internal readonly unsafe struct CpuMatrix
{
    // Keeps the memory from being finalised while an operator, which holds this, reads through the pointer.
    private readonly HostTensor _tensor;

    private CpuMatrix(HostTensor tensor, float* pointer, nint stride, int rowCount, int columnCount)
    {
        _tensor = tensor;
        Pointer = pointer;
        Stride = stride;
        RowCount = rowCount;
        ColumnCount = columnCount;
    }

    public float* Pointer { get; }

    /// <summary>Elements from one row to the next.</summary>
    public nint Stride { get; }

    public int RowCount { get; }

    public int ColumnCount { get; }

    /// <exception cref="ArgumentException">The tensor is not a two-dimensional F32 host tensor, or the window leaves it.</exception>
    public static CpuMatrix Of(MatrixView view)
    {
        if (view.Tensor is not HostTensor { DType: DType.F32, Shape.Rank: 2 } tensor)
        {
            throw new ArgumentException(
                $"A matrix must be a two-dimensional F32 host tensor, not {view.Tensor?.DType} {view.Tensor?.Shape}.");
        }

        TransformerChecks.Matrix(view);
        var columns = tensor.Shape.LastExtent;
        var pointer = (float*)tensor.Pointer + (view.FirstRow * columns) + view.FirstColumn;
        return new CpuMatrix(tensor, pointer, (nint)columns, view.RowCount, view.ColumnCount);
    }

    public float* Row(int index) => Pointer + (index * Stride);
}
