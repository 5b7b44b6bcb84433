using System.Numerics.Tensors;

namespace Convergence.Merging;

/// <summary>
/// Orthonormalises the rows of a matrix in float64 by Cholesky's factor of their products: with G = Y Y^T = L L^T the rows of L^-1 Y are
/// orthonormal up to rounding times the square of Y's condition, and a second time up to rounding ("CholeskyQR2": Yamamoto, Nakatsukasa,
/// Yanagisawa and Fukaya 2015). Unlike Gram and Schmidt's way, row by row, it is work in blocks for all processors; results do not depend
/// on
/// how many these are.
/// </summary>
internal static class OrthonormalRows
{
    // Of a row's squared norm, the part outside the span of those before it. Less than this is rounding: rows come from float32 products,
    // and their products with each other are known to 1e-16.
    private const double DependentShare = 1e-13;

    // Columns of all rows that are solved together stay in a processor's second cache.
    private const int ColumnCount = 128;

    /// <summary>
    /// Makes the rows nearly orthonormal: enough to keep them apart in further products, at half the price of <see cref="Make"/>. A row
    /// that
    /// depends on those before it becomes zero.
    /// </summary>
    public static void MakeNearly(double[][] rows) => Solve(Factor(RowProducts.Gram(rows)), rows);

    /// <summary>Makes the rows orthonormal to rounding; a row that depends on those before it becomes zero.</summary>
    public static void Make(double[][] rows)
    {
        MakeNearly(rows);
        MakeNearly(rows);
    }

    /// <summary>Cholesky's factor in place, by rows (Banachiewicz). Rows and columns of dependent rows are zero.</summary>
    private static double[][] Factor(double[][] gram)
    {
        for (var row = 0; row < gram.Length; row++)
        {
            var factor = gram[row];
            for (var column = 0; column < row; column++)
            {
                var known = TensorPrimitives.Dot<double>(factor.AsSpan(0, column), gram[column].AsSpan(0, column));
                factor[column] = gram[column][column] == 0 ? 0 : (factor[column] - known) / gram[column][column];
            }

            var rest = factor[row] - TensorPrimitives.SumOfSquares<double>(factor.AsSpan(0, row));
            if (rest > DependentShare * factor[row])
            {
                factor[row] = Math.Sqrt(rest);
            }
            else
            {
                Array.Clear(factor);
            }
        }

        return gram;
    }

    /// <summary>Y = L^-1 Y, some columns at a time.</summary>
    private static void Solve(double[][] factor, double[][] rows)
    {
        var length = rows[0].Length;
        Parallel.For(0, (length + ColumnCount - 1) / ColumnCount, place =>
        {
            var start = place * ColumnCount;
            var count = Math.Min(ColumnCount, length - start);
            for (var row = 0; row < rows.Length; row++)
            {
                var solved = rows[row].AsSpan(start, count);
                if (factor[row][row] == 0)
                {
                    solved.Clear();
                    continue;
                }

                for (var before = 0; before < row; before++)
                {
                    TensorPrimitives.MultiplyAdd<double>(rows[before].AsSpan(start, count), -factor[row][before], solved, solved);
                }

                TensorPrimitives.Divide<double>(solved, factor[row][row], solved);
            }
        });
    }
}
