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

        var (rows, columns) = (tensor.Shape[0], tensor.Shape.LastExtent);
        if (view.FirstRow < 0 || view.RowCount < 0 || (long)view.FirstRow + view.RowCount > rows
            || view.FirstColumn < 0 || view.ColumnCount < 0 || (long)view.FirstColumn + view.ColumnCount > columns)
        {
            throw new ArgumentException(
                $"Rows {view.FirstRow} + {view.RowCount}, "
                + $"columns {view.FirstColumn} + {view.ColumnCount} leave a tensor of shape {tensor.Shape}.");
        }

        var pointer = (float*)tensor.Pointer + (view.FirstRow * columns) + view.FirstColumn;
        return new CpuMatrix(tensor, pointer, (nint)columns, view.RowCount, view.ColumnCount);
    }

    public float* Row(int index) => Pointer + (index * Stride);

    /// <exception cref="ArgumentException">The extents differ.</exception>
    public void RequireExtents(int rowCount, int columnCount, string name)
    {
        if (RowCount != rowCount || ColumnCount != columnCount)
        {
            throw new ArgumentException($"{name} must be [{rowCount}, {columnCount}], not [{RowCount}, {ColumnCount}].");
        }
    }
}
