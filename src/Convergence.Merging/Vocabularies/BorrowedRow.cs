namespace Convergence.Merging;

/// <summary>A row of a donor's tensor.</summary>
/// <param name="Donor">The place among <see cref="RowMap.Donors"/>.</param>
/// <param name="Row">The row.</param>
internal readonly record struct BorrowedRow(int Donor, int Row);
