namespace Convergence.Tensors.Devices;

/// <summary>How a row-major tensor is seen as vectors whose angles and norms count: all of it as one, its rows, or its columns.</summary>
/// <param name="Rows">Rows of the matrix that the tensor is seen as.</param>
/// <param name="Columns">Elements of a row.</param>
/// <param name="AreColumns">Whether each column is a vector; otherwise each row is.</param>
public readonly record struct VectorLayout(int Rows, long Columns, bool AreColumns)
{
    /// <summary>The number of vectors.</summary>
    public int Count => AreColumns ? checked((int)Columns) : Rows;

    public long ElementCount => checked(Rows * Columns);

    /// <summary>
    /// Where the tensor may be cut so that every part holds whole rows:
    /// at multiples of this many elements. A single vector may be cut anywhere.
    /// </summary>
    public long RunUnit => Count == 1 ? 1 : Columns;

    /// <summary>The whole tensor is one vector.</summary>
    public static VectorLayout Whole(TensorShape shape) => new(1, shape.ElementCount, AreColumns: false);

    /// <summary>Vectors run along the last dimension. A tensor of one dimension or none is one vector.</summary>
    public static VectorLayout AlongLast(TensorShape shape) => shape.Rank < 2 || shape.ElementCount == 0
        ? Whole(shape)
        : new VectorLayout(checked((int)(shape.ElementCount / shape.LastExtent)), shape.LastExtent, AreColumns: false);

    /// <summary>Vectors run along the first dimension. A tensor of one dimension or none is one vector.</summary>
    public static VectorLayout AlongFirst(TensorShape shape) => shape.Rank < 2 || shape.ElementCount == 0 || shape.ElementCount == shape[0]
        ? Whole(shape)
        : new VectorLayout(checked((int)shape[0]), shape.ElementCount / shape[0], AreColumns: true);

    /// <summary>The same vectors over some of the rows only.</summary>
    public VectorLayout OfRows(int rows) => this with { Rows = rows };
}
