namespace Convergence.Tensors.Devices;

/// <summary>
/// A window on a two-dimensional F32 tensor: some of its rows, and within them some of its columns.
/// Operators take views so that one buffer serves fused projections and batches of any size without copies.
/// </summary>
/// <param name="Tensor">The tensor, of shape [rows, columns].</param>
/// <param name="FirstRow">The window's first row.</param>
/// <param name="RowCount">The window's rows.</param>
/// <param name="FirstColumn">The window's first column.</param>
/// <param name="ColumnCount">The window's columns.</param>
public readonly record struct MatrixView(DeviceTensor Tensor, int FirstRow, int RowCount, int FirstColumn, int ColumnCount)
{
    /// <summary>Elements from one row to the next.</summary>
    public int RowStride => (int)Tensor.Shape.LastExtent;

    /// <summary>The whole tensor.</summary>
    public static MatrixView Of(DeviceTensor tensor) => Rows(tensor, 0, (int)tensor.Shape[0]);

    /// <summary>Whole rows of a tensor.</summary>
    public static MatrixView Rows(DeviceTensor tensor, int firstRow, int rowCount) =>
        new(tensor, firstRow, rowCount, 0, (int)tensor.Shape.LastExtent);

    /// <summary>One of several equal runs of this window's rows, which they divide.</summary>
    public MatrixView Run(int index, int count) =>
        this with { FirstRow = FirstRow + (index * (RowCount / count)), RowCount = RowCount / count };

    /// <summary>Some columns of this window.</summary>
    public MatrixView Columns(int firstColumn, int columnCount) =>
        this with { FirstColumn = FirstColumn + firstColumn, ColumnCount = columnCount };
}
