using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Convergence.Evolution.Surrogates;

/// <summary>
/// The lower triangle L of A = L L', for matrices of at most a few hundred rows: a search factorises a dozen of them per generation.
/// One thread and one fixed order of sums, so that equal input gives equal bits: MathNet's depend on the native provider that it may
/// find on a machine, and its factor solves no triangle alone. Immutable.
/// </summary>
internal sealed class CholeskyFactor
{
    private readonly double[] _lower;
    private readonly int _size;

    private CholeskyFactor(double[] lower, int size) => (_lower, _size) = (lower, size);

    /// <summary>ln det A.</summary>
    public double LogDeterminant { get; private init; }

    /// <summary>Factorises A + ridge * I.</summary>
    /// <param name="matrix">A, symmetric, row by row; only its lower triangle is read.</param>
    /// <param name="size">The number of its rows.</param>
    /// <param name="ridge">What is added to its diagonal, at least 0.</param>
    /// <exception cref="ArgumentException">The sum is not positive definite.</exception>
    public static CholeskyFactor Of(double[] matrix, int size, double ridge)
    {
        var lower = new double[size * size];
        var logDeterminant = 0.0;
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var rest = matrix[(i * size) + j] - Dot(lower.AsSpan(i * size, j), lower.AsSpan(j * size, j));
                lower[(i * size) + j] = rest / lower[(j * size) + j];
            }

            var row = lower.AsSpan(i * size, i);
            var pivot = matrix[(i * size) + i] + ridge - Dot(row, row);
            if (!(pivot > 0))
            {
                throw new ArgumentException("The matrix is not positive definite.", nameof(matrix));
            }

            lower[(i * size) + i] = Math.Sqrt(pivot);
            logDeterminant += Math.Log(pivot);
        }

        return new CholeskyFactor(lower, size) { LogDeterminant = logDeterminant };
    }

    /// <summary>A^-1 b.</summary>
    public double[] Solve(ReadOnlySpan<double> b)
    {
        var solution = b.ToArray();
        SolveLower(solution);
        for (var i = _size - 1; i >= 0; i--)
        {
            // Column i of L' is row i of L: what is solved for is taken out of the rows above.
            solution[i] /= _lower[(i * _size) + i];
            for (var j = 0; j < i; j++)
            {
                solution[j] -= _lower[(i * _size) + j] * solution[i];
            }
        }

        return solution;
    }

    /// <summary>L^-1 b, in place.</summary>
    public void SolveLower(Span<double> b)
    {
        for (var i = 0; i < _size; i++)
        {
            b[i] = (b[i] - Dot(_lower.AsSpan(i * _size, i), b[..i])) / _lower[(i * _size) + i];
        }
    }

    /// <summary>L b.</summary>
    public double[] MultiplyLower(ReadOnlySpan<double> b)
    {
        var product = new double[_size];
        for (var i = 0; i < _size; i++)
        {
            product[i] = Dot(_lower.AsSpan(i * _size, i + 1), b[..(i + 1)]);
        }

        return product;
    }

    /// <summary>A^-1, symmetric, row by row; only its lower triangle is filled.</summary>
    public double[] Inverse()
    {
        // Row i of the transposed inverse of L: column i of L^-1, which begins with i zeros.
        var columns = new double[_size * _size];
        for (var i = 0; i < _size; i++)
        {
            var column = columns.AsSpan(i * _size, _size);
            column[i] = 1 / _lower[(i * _size) + i];
            for (var row = i + 1; row < _size; row++)
            {
                column[row] = -Dot(_lower.AsSpan((row * _size) + i, row - i), column[i..row]) / _lower[(row * _size) + row];
            }
        }

        // A^-1 = L^-T L^-1.
        var inverse = new double[_size * _size];
        for (var i = 0; i < _size; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                inverse[(i * _size) + j] = Dot(columns.AsSpan((i * _size) + i, _size - i), columns.AsSpan((j * _size) + i, _size - i));
            }
        }

        return inverse;
    }

    /// <summary>Four partial sums, one to a lane: independent chains keep the adder busy, in an order that no machine changes.</summary>
    private static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var sums = Vector256<double>.Zero;
        var left = MemoryMarshal.Cast<double, Vector256<double>>(x);
        var right = MemoryMarshal.Cast<double, Vector256<double>>(y);
        for (var lane = 0; lane < left.Length; lane++)
        {
            sums += left[lane] * right[lane];
        }

        var sum0 = sums[0];
        for (var index = left.Length * Vector256<double>.Count; index < x.Length; index++)
        {
            sum0 += x[index] * y[index];
        }

        return sum0 + sums[1] + (sums[2] + sums[3]);
    }
}
