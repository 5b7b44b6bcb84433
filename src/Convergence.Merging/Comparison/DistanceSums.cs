namespace Convergence.Merging;

/// <summary>Sums over the elements of two tensors x and y, in float64.</summary>
/// <param name="First">sum x^2.</param>
/// <param name="Second">sum y^2.</param>
/// <param name="Product">sum x y.</param>
/// <param name="Difference">sum (x - y)^2.</param>
/// <param name="MaxAbs">max |x - y|.</param>
/// <param name="EqualCount">Elements with x = y.</param>
internal readonly record struct DistanceSums(double First, double Second, double Product, double Difference, double MaxAbs, long EqualCount)
{
    public static DistanceSums operator +(DistanceSums left, DistanceSums right) => new(
        left.First + right.First,
        left.Second + right.Second,
        left.Product + right.Product,
        left.Difference + right.Difference,
        Math.Max(left.MaxAbs, right.MaxAbs),
        left.EqualCount + right.EqualCount);
}
