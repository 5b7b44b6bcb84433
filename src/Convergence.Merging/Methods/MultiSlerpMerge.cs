using System.Collections.Immutable;
using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>
/// Multi-SLERP: any number of models joined by direction and length apart. With x_i = w_i, or the task vectors x_i = w_i - b when the
/// recipe names a base, a_i = weight_i (divided by their sum with <c>normalize_weights</c>), u_i = x_i/(|x_i| + 1e-8) and
/// M = sum_i a_i u_i, out = [b +] (sum_i a_i |x_i|) M/|M|.
/// mergekit describes it as the exponential map of a weighted mean in the tangent space at M/|M|. That mean is
/// sum_i a_i (u_i - (u_i.m) m) with m = M/|M|, which is M less its part along m: zero. The map therefore leaves m where it is, and this
/// normalised sum is the same result. The true weighted barycentre on the sphere needs iterations; <c>karcher</c> makes them.
/// Where directions cancel (|M| below <c>eps</c>) there is no mean direction: the result is the weighted mean sum_i a_i x_i, and all-zero
/// tensors stay zero. mergekit stops the merge with an error there, unless there are two models.
/// </summary>
/// <param name="Weights">a_i, already normalised.</param>
/// <param name="Epsilon">From this length of M down, directions cancel.</param>
public sealed record MultiSlerpMerge(ImmutableArray<double> Weights, double Epsilon) : TensorMerge
{
    private const double NormOffset = 1e-8;

    internal static MergeMethodDefinition Definition { get; } = new(
        MergeMethod.MultiSlerp,
        NeedsBase: false,
        [
            ParameterDefinition.Weight,
            new ParameterDefinition("normalize_weights", ParameterKind.Flag, PerModel: false) { Default = true },
            new ParameterDefinition("eps", ParameterKind.Number, PerModel: false) { Default = 1e-8, Minimum = 0, Maximum = 1 },
        ],
        Resolve)
    {
        TakesBase = true,
    };

    public bool Equals(MultiSlerpMerge? other) =>
        other is not null && Weights.SequenceEqual(other.Weights) && Epsilon.Equals(other.Epsilon);

    public override int GetHashCode() => HashCode.Combine(SequenceValue.Hash(Weights), Epsilon);

    internal override MergeStep Prepare(TensorMergeContext context)
    {
        var gram = context.Vectors;
        var scale = 0.0;
        var coefficients = new double[Weights.Length];
        for (var model = 0; model < coefficients.Length; model++)
        {
            var norm = gram.Norm(model);
            scale += Weights[model] * norm;
            coefficients[model] = Weights[model] / (norm + NormOffset);
        }

        var length = gram.AccurateLength(coefficients);
        for (var model = 0; model < coefficients.Length; model++)
        {
            coefficients[model] = length > 0 && length >= Epsilon ? coefficients[model] * scale / length : Weights[model];
        }

        return new VectorStep(coefficients, VectorLayout.Whole(context.Inputs[0].Shape));
    }

    private static MultiSlerpMerge Resolve(ParameterScope scope)
    {
        var weights = scope.Numbers("weight");
        return new MultiSlerpMerge(
            scope.Flag("normalize_weights") ? WeightSum.Normalize(weights, scope) : weights, scope.Number("eps"));
    }
}
