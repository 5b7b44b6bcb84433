namespace Convergence.Merging;

/// <summary>
/// NearSwap (Alchemonaut 2024, the recipe of QuartetAnemoi-70B): the base takes over a second model's weights where both nearly agree.
/// With d = w - b and q = clamp(t/max(|d|, 1e-6), 0, 1), out = q w + (1 - q) b. Since q d is d cut to [-t, t],
/// this is out = b + clamp(d, -t, t): elements within t of the base become the other model's, the others move by t.
/// A t below 1e-6 also flattens changes below 1e-6, to d t/1e-6.
/// </summary>
/// <param name="T">The largest change of an element; 0 or less leaves the base.</param>
public sealed record NearSwapMerge(double T) : TensorMerge
{
    private const double SmallestDistance = 1e-6;

    internal static MergeMethodDefinition Definition { get; } = new(
        MergeMethod.NearSwap,
        NeedsBase: true,
        [new ParameterDefinition("t", ParameterKind.Number, PerModel: false)],
        Resolve);

    internal override MergeStep Prepare(TensorMergeContext context)
    {
        var limit = Math.Max(0, T);
        return new ClampedDeltaStep(limit, Math.Min(1, limit / SmallestDistance));
    }

    private static NearSwapMerge Resolve(ParameterScope scope) => scope.Models.Length == 1
        ? new NearSwapMerge(scope.Number("t"))
        : throw new RecipeException(
            $"nearswap moves base_model towards one other model, but tensor {scope.TensorName} has {scope.Models.Length}. "
            + "Name exactly one besides the base.");
}
