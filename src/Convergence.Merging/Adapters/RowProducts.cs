using System.Numerics.Tensors;

namespace Convergence.Merging;

/// <summary>
/// The products of a matrix's rows with each other, in float64 on all processors. They do not depend on how many these are.
/// </summary>
internal static class RowProducts
{
    // As many rows of this length as a block has, and one more, lie in a processor's first cache.
    private const int BlockRowCount = 8;
    private const int SegmentLength = 256;

    /// <summary>G[i][j] = row i . row j for j up to i; the rest is symmetric and left out.</summary>
    /// <param name="rows">Of equal length.</param>
    public static double[][] Gram(double[][] rows)
    {
        var gram = Array.ConvertAll(rows, _ => Array.Empty<double>());
        var blockCount = (rows.Length + BlockRowCount - 1) / BlockRowCount;
        Parallel.For(0, blockCount, place =>
        {
            // The last blocks have most to do: they go first, so that no processor is left with one in the end.
            var first = (blockCount - 1 - place) * BlockRowCount;
            var last = Math.Min(first + BlockRowCount, rows.Length) - 1;
            for (var row = first; row <= last; row++)
            {
                gram[row] = new double[row + 1];
            }

            for (var start = 0; start < rows[0].Length; start += SegmentLength)
            {
                AddSegment(rows, gram, (first, last), start, Math.Min(SegmentLength, rows[0].Length - start));
            }
        });
        return gram;
    }

    private static void AddSegment(double[][] rows, double[][] gram, (int First, int Last) block, int start, int length)
    {
        for (var other = 0; other <= block.Last; other++)
        {
            var segment = rows[other].AsSpan(start, length);
            for (var row = Math.Max(block.First, other); row <= block.Last; row++)
            {
                gram[row][other] += TensorPrimitives.Dot<double>(rows[row].AsSpan(start, length), segment);
            }
        }
    }
}
