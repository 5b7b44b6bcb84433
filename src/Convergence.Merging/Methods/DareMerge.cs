using System.Collections.Immutable;
using Convergence.Tensors.Devices;
using Convergence.Tensors.Randomness;

namespace Convergence.Merging;

/// <summary>
/// DARE: Drop And REscale (Yu et al. 2024, arXiv 2311.03099) on task vectors d_i = w_i - b. Each element of d_i is kept with probability
/// p_i = <c>density</c>. <c>rescale: density</c>, the paper's rule, divides what is kept by p_i, so that its expectation is d_i;
/// <c>l1</c>, mergekit's, multiplies it by sum |d_i| / sum |d_i'| over the tensor, which equals 1/p_i on average only.
/// Then either the task vectors are added, out = b + lambda sum_i a_i d_i' (dare_linear), or a sign is elected as in TIES (dare_ties).
/// With <c>normalize</c> the sum is divided by the weights that took part.
/// The masks are Philox4x32-10 keyed by seed and tensor name and counted by model and element, so they do not depend on the
/// number of threads, on the order of models or on how tensors are sharded.
/// </summary>
/// <param name="Weights">a_i.</param>
/// <param name="Densities">p_i in (0, 1].</param>
/// <param name="ElectSign">Whether signs are elected (dare_ties).</param>
/// <param name="Rescale">What makes up for the elements that are dropped.</param>
/// <param name="Normalize">Whether to divide by the weights that took part.</param>
/// <param name="Lambda">The factor of the merged task vector.</param>
/// <param name="Key">The key of the masks.</param>
public sealed record DareMerge(
    ImmutableArray<double> Weights,
    ImmutableArray<double> Densities,
    bool ElectSign,
    Rescaling Rescale,
    bool Normalize,
    double Lambda,
    ulong Key) : TensorMerge
{
    private static readonly ImmutableArray<ParameterDefinition> Parameters =
    [
        ParameterDefinition.Weight,
        new ParameterDefinition("density", ParameterKind.Number, PerModel: true)
        {
            Default = 1.0, Minimum = 0, MinimumIsOpen = true, Maximum = 1,
        },
        RescaleParameter.OfRandom,
        ParameterDefinition.Normalize(byDefault: false),
        ParameterDefinition.Lambda,
        ParameterDefinition.Int8Mask,
    ];

    internal static MergeMethodDefinition LinearDefinition { get; } =
        new(MergeMethod.DareLinear, NeedsBase: true, Parameters, scope => Resolve(scope, electSign: false));

    internal static MergeMethodDefinition TiesDefinition { get; } =
        new(MergeMethod.DareTies, NeedsBase: true, Parameters, scope => Resolve(scope, electSign: true));

    public bool Equals(DareMerge? other) =>
        other is not null && Weights.SequenceEqual(other.Weights) && Densities.SequenceEqual(other.Densities)
        && ElectSign == other.ElectSign && Rescale == other.Rescale && Normalize == other.Normalize
        && Lambda.Equals(other.Lambda) && Key == other.Key;

    public override int GetHashCode() =>
        HashCode.Combine(SequenceValue.Hash(Weights), SequenceValue.Hash(Densities), ElectSign, Rescale, Normalize, Lambda, Key);

    internal override long WorkingByteCount(MergeTask task, int threadCount) =>
        SampledStep.MaskByteCount(task, task.Shape.ElementCount, Rescale);

    internal override MergeStep Prepare(TensorMergeContext context)
    {
        if (Rescale != Rescaling.L1)
        {
            return new DareStep(
                [.. Weights], [.. Densities], new DareOptions(Key, Rescale == Rescaling.Density, ElectSign, Normalize, Lambda));
        }

        RankedDensity[] densities = [.. Densities.Select(density => new RankedDensity(density, density))];
        return SampledStep.Prepare(context, Weights, densities, Rescale, Key, new SparseMergeOptions(ElectSign, Normalize, Lambda));
    }

    private static DareMerge Resolve(ParameterScope scope, bool electSign) => new(
        WeightSum.OfThoseTakingPart(scope),
        scope.Numbers("density"),
        electSign,
        RescaleParameter.Read(scope, isRandom: true),
        scope.Flag("normalize"),
        scope.Number("lambda"),
        Philox.Key(scope.Seed, scope.TensorName));
}
