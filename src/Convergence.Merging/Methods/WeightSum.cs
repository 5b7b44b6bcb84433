using System.Collections.Immutable;
using System.Numerics;

namespace Convergence.Merging;

/// <summary>Dividing by sums of weights, which must not vanish.</summary>
internal static class WeightSum
{
    // Below this share of the largest weight the sum is rounding noise and the quotient would be, too.
    private const double SmallestShare = 1e-8;

    // Of more models only the sum of all is looked at: there are 2^n sums of some of them.
    private const int MaxModelsInSums = 10;

    /// <summary>The weights over their sum.</summary>
    public static ImmutableArray<double> Normalize(ImmutableArray<double> weights, ParameterScope scope)
    {
        var sum = weights.Sum();
        if (Math.Abs(sum) <= SmallestShare * weights.Max(Math.Abs))
        {
            throw Refusal(
                scope, FormattableString.Invariant($"The weights for tensor {scope.TensorName} ({Given(weights, scope)}) add up to {sum} ")
                + "and cannot be normalised.");
        }

        return [.. weights.Select(weight => weight / sum)];
    }

    /// <summary>
    /// The parameter <c>weight</c> of a method that divides, with <c>normalize</c>, element by element by the weights of those models that
    /// take part there. It does not divide by sums that are zero; those that only rounding keeps from it (0.1 + 0.2 - 0.3) are refused.
    /// </summary>
    public static ImmutableArray<double> OfThoseTakingPart(ParameterScope scope)
    {
        var weights = scope.Numbers("weight");
        if (scope.Flag("normalize") && Noise(weights) is { } noise)
        {
            throw Refusal(
                scope,
                FormattableString.Invariant($"Some of the weights for tensor {scope.TensorName} ({Given(weights, scope)}) ")
                + FormattableString.Invariant($"add up to {noise}, ")
                + "which is 0 but for rounding and would be divided by.");
        }

        return weights;
    }

    private static double? Noise(ImmutableArray<double> weights)
    {
        // Weights of one sign cannot cancel.
        if (weights.All(weight => weight >= 0) || weights.All(weight => weight <= 0))
        {
            return null;
        }

        if (weights.Length > MaxModelsInSums)
        {
            return NoiseOf(weights);
        }

        for (var chosen = 1u; chosen < 1u << weights.Length; chosen++)
        {
            if (BitOperations.PopCount(chosen) > 1
                && NoiseOf(weights.Where((_, index) => ((chosen >> index) & 1) != 0)) is { } noise)
            {
                return noise;
            }
        }

        return null;
    }

    private static double? NoiseOf(IEnumerable<double> weights)
    {
        var (sum, largest) = (0.0, 0.0);
        foreach (var weight in weights)
        {
            sum += weight;
            largest = Math.Max(largest, Math.Abs(weight));
        }

        return sum != 0 && Math.Abs(sum) <= SmallestShare * largest ? sum : null;
    }

    private static string Given(ImmutableArray<double> weights, ParameterScope scope) => string.Join(
        ", ", weights.Zip(scope.Models, (weight, model) => FormattableString.Invariant($"{model.Model} {weight}")));

    private static RecipeException Refusal(ParameterScope scope, string problem) =>
        new($"{problem} Change a weight, or set \"normalize: false\".") { KeyPath = scope.KeyPath("weight", scope.Models[0]) };
}
