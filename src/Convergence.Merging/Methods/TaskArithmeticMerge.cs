using System.Collections.Immutable;

namespace Convergence.Merging;

/// <summary>
/// Task arithmetic (Ilharco et al. 2023, arXiv 2212.04089): out = b + lambda sum_i a_i (w_i - b), with b the base,
/// w_i the models and a_i = weight_i; with <c>normalize</c> the sum is divided by sum_i a_i.
/// </summary>
/// <param name="Weights">lambda a_i, already normalised.</param>
public sealed record TaskArithmeticMerge(ImmutableArray<double> Weights) : TensorMerge
{
    internal static MergeMethodDefinition Definition { get; } = new(
        MergeMethod.TaskArithmetic,
        NeedsBase: true,
        [
            ParameterDefinition.Weight, ParameterDefinition.Normalize(byDefault: false),
            ParameterDefinition.Lambda, ParameterDefinition.Int8Mask,
            RescaleParameter.OfMagnitude,
        ],
        Resolve);

    public bool Equals(TaskArithmeticMerge? other) => other is not null && Weights.SequenceEqual(other.Weights);

    public override int GetHashCode() => SequenceValue.Hash(Weights);

    internal override MergeStep Prepare(TensorMergeContext context) => new TaskVectorStep([.. Weights]);

    private static TaskArithmeticMerge Resolve(ParameterScope scope)
    {
        var weights = scope.Numbers("weight");
        var lambda = scope.Number("lambda");
        weights = scope.Flag("normalize") ? WeightSum.Normalize(weights, scope) : weights;
        return new TaskArithmeticMerge([.. weights.Select(weight => lambda * weight)]);
    }
}
