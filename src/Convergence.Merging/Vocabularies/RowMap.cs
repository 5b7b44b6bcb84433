using System.Collections.Immutable;

namespace Convergence.Merging;

/// <summary>
/// How a model's embedding or head is put into the order of the output's vocabulary: every row is one of its own, borrowed from others,
/// zero, or, where no token belongs, the mean of its own. Immutable; compared by reference, since a plan makes one per model and tensor.
/// </summary>
public sealed class RowMap
{
    /// <summary>A row of zeros.</summary>
    internal const int Zero = -1;

    /// <summary>
    /// A row that no token has (padding, a gap between ids): the mean of the model's rows, whose score is never above that of every token.
    /// </summary>
    internal const int Mean = -2;

    private const int FirstBorrowed = -3;

    private readonly ImmutableArray<int> _rows;

    internal RowMap(ImmutableArray<int> rows, ImmutableArray<ImmutableArray<BorrowedRow>> borrowed, ImmutableArray<TensorInput> donors)
    {
        _rows = rows;
        Borrowed = borrowed;
        Donors = donors;
    }

    /// <summary>Rows of the output.</summary>
    public int RowCount => _rows.Length;

    /// <summary>Rows that are the mean of others', one entry per <see cref="BorrowedAs"/>.</summary>
    internal ImmutableArray<ImmutableArray<BorrowedRow>> Borrowed { get; }

    /// <summary>The tensors that rows are borrowed from.</summary>
    internal ImmutableArray<TensorInput> Donors { get; }

    /// <summary>Per row of the output: a row of the model, <see cref="Zero"/>, <see cref="Mean"/>, or below them a borrowed one.</summary>
    internal ReadOnlySpan<int> Rows => _rows.AsSpan();

    /// <summary>The entry of <see cref="Rows"/> for an entry of <see cref="Borrowed"/>.</summary>
    internal static int BorrowedAs(int index) => FirstBorrowed - index;

    /// <summary>The entry of <see cref="Borrowed"/> for an entry of <see cref="Rows"/> below <see cref="Mean"/>.</summary>
    internal static int BorrowedIndex(int row) => FirstBorrowed - row;

    /// <summary>The same arrangement with other donors, for another tensor of the model.</summary>
    internal RowMap WithDonors(ImmutableArray<TensorInput> donors) => new(_rows, Borrowed, donors);
}
