using System.Collections.Immutable;

namespace Convergence.Merging;

/// <summary>Dividing weights by their sum, which must not vanish.</summary>
internal static class WeightSum
{
    // Below this share of the largest weight the sum is rounding noise and the quotient would be, too.
    private const double SmallestShare = 1e-8;

    public static ImmutableArray<double> Normalize(ImmutableArray<double> weights, ParameterScope scope)
    {
        var sum = weights.Sum();
        if (Math.Abs(sum) <= SmallestShare * weights.Max(Math.Abs))
        {
            var given = string.Join(
                ", ", weights.Zip(scope.Models, (weight, model) => FormattableString.Invariant($"{model.Model} {weight}")));
            throw new RecipeException(
                FormattableString.Invariant($"The weights for tensor {scope.TensorName} ({given}) add up to {sum} ")
                + "and cannot be normalised. Change a weight, or set \"normalize: false\".")
            {
                KeyPath = scope.KeyPath("weight", scope.Models[0]),
            };
        }

        return [.. weights.Select(weight => weight / sum)];
    }
}
