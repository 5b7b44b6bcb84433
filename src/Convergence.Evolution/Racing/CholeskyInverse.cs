namespace Convergence.Evolution.Racing;

/// <summary>The inverse of a symmetric positive definite matrix, in place of memory that the caller keeps.</summary>
internal static class CholeskyInverse
{
    /// <summary>What a pivot is at least, so that rounding does not end it.</summary>
    private const double LeastPivot = 1e-9;

    /// <param name="matrix">By rows; its lower triangle is read, and all of it overwritten.</param>
    /// <param name="inverse">Where the inverse goes, by rows.</param>
    /// <param name="count">Rows.</param>
    public static void Of(Span<double> matrix, Span<double> inverse, int count)
    {
        Factor(matrix, count);
        InvertFactor(matrix, count);

        // The inverse is the transposed inverse factor times itself.
        inverse.Clear();
        for (var row = 0; row < count; row++)
        {
            var factor = matrix.Slice(row * count, row + 1);
            for (var first = 0; first <= row; first++)
            {
                var target = inverse.Slice(first * count, first + 1);
                for (var second = 0; second <= first; second++)
                {
                    target[second] += factor[first] * factor[second];
                }
            }
        }

        for (var row = 0; row < count; row++)
        {
            for (var column = 0; column < row; column++)
            {
                inverse[(column * count) + row] = inverse[(row * count) + column];
            }
        }
    }

    private static void Factor(Span<double> matrix, int count)
    {
        for (var row = 0; row < count; row++)
        {
            var current = matrix.Slice(row * count, row + 1);
            for (var column = 0; column <= row; column++)
            {
                var other = matrix.Slice(column * count, column + 1);
                var sum = current[column];
                for (var index = 0; index < column; index++)
                {
                    sum -= current[index] * other[index];
                }

                current[column] = column == row ? Math.Sqrt(Math.Max(sum, LeastPivot)) : sum / other[column];
            }
        }
    }

    private static void InvertFactor(Span<double> factor, int count)
    {
        for (var row = 0; row < count; row++)
        {
            var current = factor.Slice(row * count, row + 1);
            var pivot = current[row];
            for (var column = 0; column < row; column++)
            {
                var sum = 0.0;
                for (var index = column; index < row; index++)
                {
                    sum += current[index] * factor[(index * count) + column];
                }

                // What lies right of the column is still the factor's.
                current[column] = -sum / pivot;
            }

            current[row] = 1 / pivot;
        }
    }
}
