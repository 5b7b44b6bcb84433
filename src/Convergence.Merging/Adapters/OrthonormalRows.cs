using System.Numerics.Tensors;

namespace Convergence.Merging;

/// <summary>Gram and Schmidt's orthonormalisation of the rows of a matrix, in float64.</summary>
internal static class OrthonormalRows
{
    // A row that shrinks by more than this lies in the span of those before it.
    private const double DependentShare = 1e-10;

    /// <summary>
    /// Makes the rows orthonormal, one after another, each twice ("twice is enough": Giraud, Langou, Rozloznik and van den Eshof 2005);
    /// a row that depends on those before it becomes zero.
    /// </summary>
    public static void Make(double[][] rows)
    {
        for (var row = 0; row < rows.Length; row++)
        {
            var norm = TensorPrimitives.Norm<double>(rows[row]);
            for (var pass = 0; pass < 2; pass++)
            {
                for (var before = 0; before < row; before++)
                {
                    var share = TensorPrimitives.Dot<double>(rows[before], rows[row]);
                    TensorPrimitives.MultiplyAdd<double>(rows[before], -share, rows[row], rows[row]);
                }
            }

            var left = TensorPrimitives.Norm<double>(rows[row]);
            if (left <= DependentShare * norm)
            {
                Array.Clear(rows[row]);
            }
            else
            {
                TensorPrimitives.Divide<double>(rows[row], left, rows[row]);
            }
        }
    }
}
