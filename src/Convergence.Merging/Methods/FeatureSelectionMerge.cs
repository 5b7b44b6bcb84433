using System.Buffers;
using System.Collections.Immutable;

namespace Convergence.Merging;

/// <summary>
/// Deep Feature Selection. Merging decides per output feature r of a tensor (a row of a matrix, an element of a vector) which
/// model's change is worth taking. With task vectors d_i = w_i - b and a_i = weight_i >= 0, the importance of model i for r is its
/// share of energy e_ir = a_i |d_i[r]|^2 / sum_j a_j |d_j[r]|^2. Then out[r] = b[r] + lambda sum_i g_ir d_i[r] with
/// g = one-hot of the largest e_ir (<c>selection: winner</c>; the first of equals), or
/// g_ir = softmax_i(log e_ir / temperature) (<c>softmax</c>): temperature 1 takes each change in proportion to its energy, towards 0
/// the winner takes all, large values approach the plain mean of those that changed. <c>density</c> below 1 keeps only the features whose
/// winning energy a_i |d_i[r]|^2 is among that share of the tensor's largest (ties by lowest r); the others stay at the base.
/// The idea of choosing per output unit is this product's reading of the technique's name in the project that it succeeds; it has
/// no paper. It is not Sakana's data-flow-space search, which shares the abbreviation. A matrix stored input by output (GPT-2's Conv1D) is
/// selected by its rows all the same: there these are input features.
/// </summary>
/// <param name="Weights">a_i >= 0, not all 0.</param>
/// <param name="WinnerTakesAll">One winner per feature, or a softmax.</param>
/// <param name="Temperature">In (0, 10].</param>
/// <param name="Density">The share of features that change, in (0, 1].</param>
/// <param name="Lambda">The factor of the merged change.</param>
public sealed record FeatureSelectionMerge(
    ImmutableArray<double> Weights, bool WinnerTakesAll, double Temperature, double Density, double Lambda) : TensorMerge
{
    internal static MergeMethodDefinition Definition { get; } = new(
        MergeMethod.Dfs,
        NeedsBase: true,
        [
            ParameterDefinition.Weight with { Default = 1.0, Minimum = 0 },
            new ParameterDefinition("selection", ParameterKind.Word, PerModel: false)
            {
                Default = ParameterValue.FromText("softmax"), Words = ["winner", "softmax"],
            },
            new ParameterDefinition("temperature", ParameterKind.Number, PerModel: false)
            {
                Default = 1.0, Minimum = 0, MinimumIsOpen = true, Maximum = 10,
            },
            new ParameterDefinition("density", ParameterKind.Number, PerModel: false)
            {
                Default = 1.0, Minimum = 0, MinimumIsOpen = true, Maximum = 1,
            },
            ParameterDefinition.Lambda,
        ],
        Resolve);

    public bool Equals(FeatureSelectionMerge? other) =>
        other is not null && Weights.SequenceEqual(other.Weights) && WinnerTakesAll == other.WinnerTakesAll
        && Temperature.Equals(other.Temperature) && Density.Equals(other.Density) && Lambda.Equals(other.Lambda);

    public override int GetHashCode() =>
        HashCode.Combine(SequenceValue.Hash(Weights), WinnerTakesAll, Temperature, Density, Lambda);

    internal override MergeStep Prepare(TensorMergeContext context)
    {
        var origin = context.UnseenBase!;
        var features = checked((int)(origin.ElementCount == 0 ? 0 : origin.Shape.Rank == 0 ? 1 : origin.Shape[0]));
        var count = features * Weights.Length;
        var buffer = ArrayPool<double>.Shared.Rent(Math.Max(1, count));
        context.FeatureEnergies(features).CopyTo(buffer);
        Weigh(buffer.AsSpan(0, count), features);
        return new FeatureStep(buffer, features, features == 0 ? 1 : origin.ElementCount / features);
    }

    // Energies and factors of every feature and model, and padding for those of a vector.
    internal override long WorkingByteCount(MergeTask task, int threadCount) =>
        3L * sizeof(double) * Weights.Length * (task.Shape.Rank == 0 ? 1 : task.Shape[0]);

    // Turns energies[i, r] into the factors lambda g_ir in place.
    private void Weigh(Span<double> energies, int features)
    {
        var ranked = Density < 1 ? Rank(energies, features) : null;
        Span<double> importance = stackalloc double[Weights.Length];
        for (var feature = 0; feature < features; feature++)
        {
            var winner = Winner(energies, features, feature, importance);
            var best = importance[winner];
            var keeps = best > 0 && (ranked is null || ranked.Contains(feature));
            for (var model = 0; model < Weights.Length; model++)
            {
                var share = WinnerTakesAll ? (model == winner ? 1 : 0) : Soften(importance[model] / best);
                importance[model] = keeps ? share : 0;
            }

            var sum = 0.0;
            foreach (var share in importance)
            {
                sum += share;
            }

            for (var model = 0; model < Weights.Length; model++)
            {
                energies[(model * features) + feature] = sum > 0 ? Lambda * importance[model] / sum : 0;
            }
        }
    }

    // At temperature 1, the default, the power is the number itself.
    private double Soften(double share) => Temperature == 1 ? share : Math.Pow(share, 1 / Temperature);

    private int Winner(ReadOnlySpan<double> energies, int features, int feature, Span<double> importance)
    {
        var winner = 0;
        for (var model = 0; model < Weights.Length; model++)
        {
            importance[model] = Weights[model] * energies[(model * features) + feature];
            winner = importance[model] > importance[winner] ? model : winner;
        }

        return winner;
    }

    // The features whose winning energy is among the kept share.
    private HashSet<int> Rank(ReadOnlySpan<double> energies, int features)
    {
        Span<double> importance = stackalloc double[Weights.Length];
        var ranked = new (double Energy, int Feature)[features];
        for (var feature = 0; feature < features; feature++)
        {
            var winner = Winner(energies, features, feature, importance);
            ranked[feature] = (-importance[winner], feature);
        }

        Array.Sort(ranked);
        return [.. ranked.Take((int)TiesMerge.KeepCount(Density, features)).Select(pair => pair.Feature)];
    }

    private static FeatureSelectionMerge Resolve(ParameterScope scope)
    {
        var weights = scope.Numbers("weight");
        return weights.Any(weight => weight > 0)
            ? new FeatureSelectionMerge(
                weights, scope.Word("selection") == "winner", scope.Number("temperature"), scope.Number("density"), scope.Number("lambda"))
            : throw new RecipeException($"dfs: every weight for tensor {scope.TensorName} is 0. Give at least one model a weight above 0.");
    }
}
