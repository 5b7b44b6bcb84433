using System.Collections.Immutable;

namespace Convergence.Merging;

/// <summary>
/// Linear merging, "model soups" (Wortsman et al. 2022, arXiv 2203.05482): out = sum_i a_i w_i, with w_i the models' tensors
/// and a_i = weight_i, divided by their sum when <c>normalize</c> is true.
/// </summary>
/// <param name="Weights">a_i, already normalised.</param>
public sealed record LinearMerge(ImmutableArray<double> Weights) : TensorMerge
{
    internal static MergeMethodDefinition Definition { get; } = new(
        MergeMethod.Linear,
        NeedsBase: false,
        [ParameterDefinition.Weight, ParameterDefinition.Normalize(byDefault: true)],
        Resolve);

    public bool Equals(LinearMerge? other) => other is not null && Weights.SequenceEqual(other.Weights);

    public override int GetHashCode() => SequenceValue.Hash(Weights);

    internal override MergeStep Prepare(TensorMergeContext context) => new CombineStep([.. Weights]);

    private static LinearMerge Resolve(ParameterScope scope)
    {
        var weights = scope.Numbers("weight");
        return new LinearMerge(scope.Flag("normalize") ? WeightSum.Normalize(weights, scope) : weights);
    }
}
