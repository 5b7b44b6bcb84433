using System.Collections.Immutable;
using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>
/// Model Breadcrumbs (Davari and Belilovsky 2023, arXiv 2312.06795) on task vectors d_i = w_i - b.
/// Of the n elements of each d_i in a tensor the floor(gamma_i n) with the largest magnitudes are dropped as outliers, then
/// the floor(density_i n) largest of the rest are kept and the small remainder is dropped; among equals the lower index counts as larger.
/// Then out = b + lambda sum_i a_i d_i', or with an election of signs as in TIES (breadcrumbs_ties).
/// Where density_i + gamma_i exceeds 1 the density wins: fewer outliers are dropped. A density above 0 keeps at least one element.
/// </summary>
/// <param name="Weights">a_i.</param>
/// <param name="Densities">The share that is kept, in [0, 1].</param>
/// <param name="Gammas">The share that is dropped as outliers, in [0, 1].</param>
/// <param name="ElectSign">Whether signs are elected (breadcrumbs_ties).</param>
/// <param name="Rescale">Whether each d_i' is scaled to the L1 norm of d_i (not in the paper).</param>
/// <param name="Normalize">Whether to divide by the weights that took part.</param>
/// <param name="Lambda">The factor of the merged task vector.</param>
public sealed record BreadcrumbsMerge(
    ImmutableArray<double> Weights,
    ImmutableArray<double> Densities,
    ImmutableArray<double> Gammas,
    bool ElectSign,
    Rescaling Rescale,
    bool Normalize,
    double Lambda) : TensorMerge
{
    private static readonly ImmutableArray<ParameterDefinition> Parameters =
    [
        ParameterDefinition.Weight,
        new ParameterDefinition("density", ParameterKind.Number, PerModel: true) { Default = 1.0, Minimum = 0, Maximum = 1 },
        new ParameterDefinition("gamma", ParameterKind.Number, PerModel: true) { Default = 0.01, Minimum = 0, Maximum = 1 },
        RescaleParameter.OfMagnitude,
        ParameterDefinition.Normalize(byDefault: false),
        ParameterDefinition.Lambda,
        ParameterDefinition.Int8Mask,
    ];

    internal static MergeMethodDefinition LinearDefinition { get; } =
        new(MergeMethod.Breadcrumbs, NeedsBase: true, Parameters, scope => Resolve(scope, electSign: false));

    internal static MergeMethodDefinition TiesDefinition { get; } =
        new(MergeMethod.BreadcrumbsTies, NeedsBase: true, Parameters, scope => Resolve(scope, electSign: true));

    public bool Equals(BreadcrumbsMerge? other) =>
        other is not null && Weights.SequenceEqual(other.Weights) && Densities.SequenceEqual(other.Densities)
        && Gammas.SequenceEqual(other.Gammas) && ElectSign == other.ElectSign && Rescale == other.Rescale
        && Normalize == other.Normalize && Lambda.Equals(other.Lambda);

    public override int GetHashCode() => HashCode.Combine(
        SequenceValue.Hash(Weights), SequenceValue.Hash(Densities), SequenceValue.Hash(Gammas), ElectSign, Rescale, Normalize, Lambda);

    internal override MergeStep Prepare(TensorMergeContext context)
    {
        var elementCount = context.Base.ElementCount;
        var largest = new long[Weights.Length];
        var outliers = new long[Weights.Length];
        for (var model = 0; model < Weights.Length; model++)
        {
            var keep = TiesMerge.KeepCount(Densities[model], elementCount);
            outliers[model] = Math.Min((long)(Gammas[model] * elementCount), elementCount - keep);
            largest[model] = keep == 0 ? 0 : keep + outliers[model];
        }

        MagnitudeBand[] bands =
            [.. context.Cuts(largest).Zip(context.Cuts(outliers), (outside, inside) => new MagnitudeBand(outside, inside))];
        return BandStep.Prepare(context, Weights, bands, Rescale, new SparseMergeOptions(ElectSign, Normalize, Lambda));
    }

    private static BreadcrumbsMerge Resolve(ParameterScope scope, bool electSign) => new(
        WeightSum.OfThoseTakingPart(scope),
        scope.Numbers("density"),
        scope.Numbers("gamma"),
        electSign,
        RescaleParameter.Read(scope, isRandom: false),
        scope.Flag("normalize"),
        scope.Number("lambda"));
}
