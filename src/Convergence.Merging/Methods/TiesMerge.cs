using System.Collections.Immutable;
using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>
/// TIES: TrIm, Elect Sign and Merge (Yadav et al. 2023, arXiv 2306.01708) on task vectors d_i = w_i - b.
/// Trim: of each d_i the share <c>density</c> with the largest magnitudes stays; among equals the lower index. Elect: with
/// v_i = a_i d_i the sign s of sum_i v_i wins at each place. Merge: out = b + lambda sum v_i / sum a_i over the models with
/// sign(v_i) = s; without <c>normalize</c> the sum is not divided.
/// A density above 0 keeps at least one element, so that tensors of a few elements still take part.
/// </summary>
/// <param name="Weights">a_i.</param>
/// <param name="Densities">The share that is kept, in [0, 1].</param>
/// <param name="Scope">Whether the share is counted per tensor or over the model.</param>
/// <param name="Zero">Which sign wins a draw.</param>
/// <param name="Rescale">Whether each trimmed d_i is scaled to the L1 norm of d_i over the tensor (not in the paper).</param>
/// <param name="Normalize">Whether to divide by the weights that took part.</param>
/// <param name="Lambda">The factor of the merged task vector.</param>
public sealed record TiesMerge(
    ImmutableArray<double> Weights,
    ImmutableArray<double> Densities,
    TrimScope Scope,
    ZeroSign Zero,
    Rescaling Rescale,
    bool Normalize,
    double Lambda) : TensorMerge
{
    internal static MergeMethodDefinition Definition { get; } = new(
        MergeMethod.Ties,
        NeedsBase: true,
        [
            ParameterDefinition.Weight,
            new ParameterDefinition("density", ParameterKind.Number, PerModel: true) { Default = 1.0, Minimum = 0, Maximum = 1 },
            new ParameterDefinition("trim_scope", ParameterKind.Word, PerModel: false)
            {
                Default = ParameterValue.FromText("global"),
                MergeKitDefault = ParameterValue.FromText("tensor"),
                Words = ["tensor", "global"],
            },
            new ParameterDefinition("zero_sign", ParameterKind.Word, PerModel: false)
            {
                Default = ParameterValue.FromText("majority"),
                MergeKitDefault = ParameterValue.FromText("positive"),
                Words = ["positive", "majority"],
            },
            RescaleParameter.OfMagnitude,
            ParameterDefinition.Normalize(byDefault: true),
            ParameterDefinition.Lambda,
            ParameterDefinition.Int8Mask,
        ],
        Resolve);

    /// <summary>Whether the whole model must be looked at before the first tensor can be merged.</summary>
    internal bool IsModelWide => Scope == TrimScope.Global || Zero == ZeroSign.Majority;

    public bool Equals(TiesMerge? other) =>
        other is not null && Weights.SequenceEqual(other.Weights) && Densities.SequenceEqual(other.Densities)
        && Scope == other.Scope
        && Zero == other.Zero
        && Rescale == other.Rescale
        && Normalize == other.Normalize
        && Lambda.Equals(other.Lambda);

    public override int GetHashCode() =>
        HashCode.Combine(SequenceValue.Hash(Weights), SequenceValue.Hash(Densities), Scope, Zero, Rescale, Normalize, Lambda);

    internal override void Announce(TensorMergeContext context)
    {
        if (Scope == TrimScope.Tensor)
        {
            context.AnnounceCuts(KeepCounts(context.Base.ElementCount));
        }
    }

    internal override MergeStep Prepare(TensorMergeContext context)
    {
        var signOfZero = Zero == ZeroSign.Majority ? context.Trim!.MajoritySign : 1;
        if (Scope == TrimScope.Tensor && Rescale != Rescaling.L1)
        {
            return new TrimmedStep(
                [.. Weights], context.DeviceCuts(KeepCounts(context.Base.ElementCount)), new TiesOptions(Lambda, Normalize, signOfZero));
        }

        var cuts = Scope == TrimScope.Global ? context.Trim!.Cuts(context.Task) : SelectCuts(context);
        if (Rescale == Rescaling.L1)
        {
            var bands = Array.ConvertAll(cuts, MagnitudeBand.From);
            return BandStep.Prepare(
                context, Weights, bands, Rescale, new SparseMergeOptions(ElectSign: true, Normalize, Lambda, signOfZero));
        }

        return new TiesStep([.. Weights], cuts, new TiesOptions(Lambda, Normalize, signOfZero));
    }

    // Candidates for the cut: magnitude and index of a few percent of the elements, per model and thread.
    internal override long WorkingByteCount(MergeTask task, int threadCount) =>
        Math.Min(task.Shape.ElementCount, (task.Shape.ElementCount / 24) + (1 << 16)) * 2 * sizeof(uint) * Weights.Length * threadCount;

    /// <summary>The cuts of a tensor that is trimmed by itself.</summary>
    internal MagnitudeCut[] SelectCuts(TensorMergeContext context) => context.Cuts(KeepCounts(context.Base.ElementCount));

    internal static long KeepCount(double density, long elementCount) =>
        density == 0 || elementCount == 0 ? 0 : Math.Max(1, (long)(density * elementCount));

    private long[] KeepCounts(long elementCount) => [.. Densities.Select(density => KeepCount(density, elementCount))];

    private static TiesMerge Resolve(ParameterScope scope) => new(
        WeightSum.OfThoseTakingPart(scope),
        scope.Numbers("density"),
        scope.Word("trim_scope") == "global" ? TrimScope.Global : TrimScope.Tensor,
        scope.Word("zero_sign") == "majority" ? ZeroSign.Majority : ZeroSign.Positive,
        RescaleParameter.Read(scope, isRandom: false),
        scope.Flag("normalize"),
        scope.Number("lambda"));
}
