using Convergence.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>
/// NuSLERP, spherical interpolation of two models by their weights (Shoemake 1985, SIGGRAPH 19(3)): with x_k = w_k, or the task vectors
/// x_k = w_k - b when the recipe names a base, t = a_1/(a_0 + a_1) and cos(theta) = x_0.x_1/(|x_0| |x_1|),
/// out = [b +] sin((1-t) theta)/sin(theta) x_0 + sin(t theta)/sin(theta) x_1. Weights that cancel give t = 1/2. Unlike slerp it
/// stays spherical however small the angle, which is what task vectors need. A vector is the whole tensor (<c>nuslerp_flatten</c>), or else
/// each run along the last dimension, or along the first with <c>nuslerp_row_wise</c>.
/// Directions nearly opposed (cos below -0.9995) span no plane in which to turn and sin(theta) is next to zero: they are interpolated
/// linearly. mergekit divides by it as long as it exceeds 1e-8, which multiplies rounding errors by up to 1e8. A vector shorter than
/// 1e-7 has no direction; theta then approaches a right angle.
/// </summary>
/// <param name="T">The second model's share.</param>
/// <param name="Flatten">One vector per tensor.</param>
/// <param name="AlongFirst">Vectors along the first dimension instead of the last; only without <paramref name="Flatten"/>.</param>
public sealed record NuSlerpMerge(double T, bool Flatten, bool AlongFirst) : TensorMerge
{
    /// <summary>Below this cosine, directions count as opposed.</summary>
    public const double OpposedCosine = -0.9995;

    private const double SmallestNorm = 1e-7;
    private const double SmallestSine = 1e-8;
    private const double SmallestWeightSum = 1e-6;

    internal static MergeMethodDefinition Definition { get; } = new(
        MergeMethod.NuSlerp,
        NeedsBase: false,
        [
            ParameterDefinition.Weight,
            new ParameterDefinition("nuslerp_flatten", ParameterKind.Flag, PerModel: false) { Default = true },
            new ParameterDefinition("nuslerp_row_wise", ParameterKind.Flag, PerModel: false) { Default = false },
        ],
        Resolve)
    {
        TakesBase = true,
    };

    internal override MergeStep Prepare(TensorMergeContext context)
    {
        var vectors = Vectors(context.UnseenInputs[0].Shape);
        var count = vectors.Count;
        var grams = new double[3 * count];
        context.Kernels.VectorGrams(context.UnseenBase, context.UnseenInputs, vectors, grams);
        context.AcceptSums(grams);
        var weights = new double[2 * count];
        for (var vector = 0; vector < count; vector++)
        {
            (weights[vector], weights[count + vector]) =
                Ends(T, Math.Sqrt(grams[vector]), grams[count + vector], Math.Sqrt(grams[(2 * count) + vector]));
        }

        return new VectorStep(weights, vectors);
    }

    internal override long RunUnit(TensorShape shape) => Vectors(shape).RunUnit;

    // Three products and two weights of every vector, and what the kernels copy of them.
    internal override long WorkingByteCount(MergeTask task, int threadCount) => 10L * sizeof(double) * Vectors(task.Shape).Count;

    private VectorLayout Vectors(TensorShape shape) =>
        Flatten ? VectorLayout.Whole(shape) : AlongFirst ? VectorLayout.AlongFirst(shape) : VectorLayout.AlongLast(shape);

    private static (double First, double Second) Ends(double t, double norm0, double dot, double norm1)
    {
        var cosine = Math.Clamp(dot / (Math.Max(norm0, SmallestNorm) * Math.Max(norm1, SmallestNorm)), -1, 1);
        var theta = Math.Acos(cosine);
        var sine = Math.Sin(theta);
        return t is 0 or 1 || cosine < OpposedCosine || sine < SmallestSine
            ? (1 - t, t)
            : (Math.Sin((1 - t) * theta) / sine, Math.Sin(t * theta) / sine);
    }

    private static NuSlerpMerge Resolve(ParameterScope scope)
    {
        if (scope.Models.Length != 2)
        {
            throw new RecipeException(
                $"nuslerp interpolates between two models (besides base_model), but tensor {scope.TensorName} has {scope.Models.Length}. "
                + "Name two, or use multislerp or karcher for more.");
        }

        var weights = scope.Numbers("weight");
        var sum = weights[0] + weights[1];
        var t = Math.Abs(sum) < SmallestWeightSum ? 0.5 : weights[1] / sum;
        return new NuSlerpMerge(t, scope.Flag("nuslerp_flatten"), scope.Flag("nuslerp_row_wise"));
    }
}
