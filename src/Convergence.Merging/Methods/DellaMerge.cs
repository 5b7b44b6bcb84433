using System.Collections.Immutable;
using Convergence.Tensors;
using Convergence.Tensors.Devices;
using Convergence.Tensors.Randomness;

namespace Convergence.Merging;

/// <summary>
/// DELLA (Deep, Bansal and Poria 2024, arXiv 2406.11617) on task vectors d_i = w_i - b. Drop (MAGPRUNE): in each row of n elements
/// the element with rank r by |d_i|, 0 for the smallest, is kept with probability p = density_i - epsilon_i + 2 epsilon_i r / (n - 1),
/// so that larger changes are likelier to stay; of equals the lower index ranks lower, and a row of one element has p = density_i.
/// <c>rescale: density</c>, the paper's rule, divides what is kept by its own p, so that its expectation is d_i; <c>l1</c>, mergekit's,
/// multiplies it by sum |d_i| / sum |d_i'| over the tensor. Elect and fuse: as TIES (della), or out = b + lambda sum_i a_i d_i'
/// (della_linear). Rows run along the last dimension: an output neuron's inputs in a matrix, also in matrices that are stacked;
/// a vector is one row. A density of 1 keeps everything. The masks are drawn as DARE's, keyed by seed, tensor name, model and element.
/// </summary>
/// <param name="Weights">a_i.</param>
/// <param name="Densities">density_i in (0, 1].</param>
/// <param name="Epsilons">
/// epsilon_i, half the range of the probabilities, as mergekit has it; the paper's epsilon is the whole range, twice that.
/// density_i - epsilon_i and density_i + epsilon_i lie inside (0, 1) unless density_i is 1.
/// </param>
/// <param name="ElectSign">Whether signs are elected (della).</param>
/// <param name="Rescale">What makes up for the elements that are dropped.</param>
/// <param name="Normalize">Whether to divide by the weights that took part.</param>
/// <param name="Lambda">The factor of the merged task vector.</param>
/// <param name="Key">The key of the masks.</param>
public sealed record DellaMerge(
    ImmutableArray<double> Weights,
    ImmutableArray<double> Densities,
    ImmutableArray<double> Epsilons,
    bool ElectSign,
    Rescaling Rescale,
    bool Normalize,
    double Lambda,
    ulong Key) : TensorMerge
{
    internal static MergeMethodDefinition TiesDefinition { get; } = Define(MergeMethod.Della, electSign: true);

    internal static MergeMethodDefinition LinearDefinition { get; } = Define(MergeMethod.DellaLinear, electSign: false);

    public bool Equals(DellaMerge? other) =>
        other is not null && Weights.SequenceEqual(other.Weights) && Densities.SequenceEqual(other.Densities)
        && Epsilons.SequenceEqual(other.Epsilons) && ElectSign == other.ElectSign && Rescale == other.Rescale
        && Normalize == other.Normalize && Lambda.Equals(other.Lambda) && Key == other.Key;

    public override int GetHashCode() => HashCode.Combine(
        SequenceValue.Hash(Weights), SequenceValue.Hash(Densities),
        SequenceValue.Hash(Epsilons), ElectSign, Rescale, Normalize, Lambda, Key);

    internal override MergeStep Prepare(TensorMergeContext context)
    {
        RankedDensity[] densities = [.. Densities.Zip(Epsilons, (density, epsilon) =>
            density == 1 ? RankedDensity.KeepAll : new RankedDensity(density - epsilon, density + epsilon))];
        return SampledStep.Prepare(context, Weights, densities, Rescale, Key, new SparseMergeOptions(ElectSign, Normalize, Lambda));
    }

    internal override long WorkingByteCount(MergeTask task, int threadCount) =>
        SampledStep.MaskByteCount(task, RunUnit(task.Shape), Rescale);

    internal override long RunUnit(TensorShape shape) => SampledStep.RunUnit(shape);

    private static MergeMethodDefinition Define(MergeMethod method, bool electSign) => new(
        method,
        NeedsBase: true,
        [
            ParameterDefinition.Weight,
            new ParameterDefinition("density", ParameterKind.Number, PerModel: true)
            {
                Default = 1.0, Minimum = 0, MinimumIsOpen = true, Maximum = 1,
            },
            new ParameterDefinition("epsilon", ParameterKind.Number, PerModel: true) { Default = 0.15, Minimum = 0, Maximum = 0.5 },
            RescaleParameter.OfRandom,
            ParameterDefinition.Normalize(byDefault: electSign),
            ParameterDefinition.Lambda,
            ParameterDefinition.Int8Mask,
        ],
        scope => Resolve(scope, electSign));

    private static DellaMerge Resolve(ParameterScope scope, bool electSign)
    {
        var densities = scope.Numbers("density");
        var epsilons = scope.Numbers("epsilon");
        for (var model = 0; model < densities.Length; model++)
        {
            EnsureProbabilities(scope, scope.Models[model], densities[model], epsilons[model]);
        }

        return new DellaMerge(
            WeightSum.OfThoseTakingPart(scope),
            densities,
            epsilons,
            electSign,
            RescaleParameter.Read(scope, isRandom: true),
            scope.Flag("normalize"),
            scope.Number("lambda"),
            Philox.Key(scope.Seed, scope.TensorName));
    }

    private static void EnsureProbabilities(ParameterScope scope, ScopedModel model, double density, double epsilon)
    {
        if (density < 1 && (density - epsilon <= 0 || density + epsilon >= 1))
        {
            throw new RecipeException(FormattableString.Invariant(
                $"Density {density} with epsilon {epsilon} of {model.Model} for tensor {scope.TensorName} makes probabilities ")
                + FormattableString.Invariant($"from {density - epsilon:G6} to {density + epsilon:G6}; they must lie inside (0, 1). ")
                + FormattableString.Invariant(
                    $"Give an epsilon below {Math.Min(density, 1 - density):G6}, or a density of 1 to keep everything."))
            {
                KeyPath = scope.KeyPath("density", model),
            };
        }
    }
}
