using Convergence.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>
/// Model Stock (Jang et al. 2024, arXiv 2403.19522, Eq. 5): out = t mean_i(w_i) + (1 - t) b with t = N c/(1 + (N - 1) c), where N is
/// the number of models and c the mean over pairs of cos(w_i - b, w_j - b). The closer the models' changes agree, the nearer to their mean.
/// A vector is the whole tensor, or with <c>filter_wise</c> each run along the last dimension.
/// The paper has c in [0, 1]. Below 0 the models pull apart more than they agree: t would be negative and, towards c = -1/(N - 1), without
/// bound. Then t is 0: the changes cancel and the base is the best estimate. mergekit extrapolates away from the mean there, to infinity or
/// NaN for two opposed models. |w_i - b| |w_j - b| counts as at least 1e-6, as there.
/// </summary>
/// <param name="FilterWise">One t per row.</param>
public sealed record ModelStockMerge(bool FilterWise) : TensorMerge
{
    private const double SmallestProduct = 1e-6;

    internal static MergeMethodDefinition Definition { get; } = new(
        MergeMethod.ModelStock,
        NeedsBase: true,
        [new ParameterDefinition("filter_wise", ParameterKind.Flag, PerModel: false) { Default = false }],
        Resolve);

    internal override MergeStep Prepare(TensorMergeContext context)
    {
        var models = context.UnseenInputs.Length;
        var vectors = Vectors(context.UnseenBase!.Shape);
        var grams = new double[MergeKernels.PairCount(models) * vectors.Count];
        context.Kernels.VectorGrams(context.UnseenBase, context.UnseenInputs, vectors, grams);
        context.AcceptSums(grams);
        var weights = new double[models * vectors.Count];
        for (var vector = 0; vector < vectors.Count; vector++)
        {
            var share = Ratio(MeanCosine(grams, models, vectors.Count, vector), models) / models;
            for (var model = 0; model < models; model++)
            {
                weights[(model * vectors.Count) + vector] = share;
            }
        }

        return new VectorStep(weights, vectors);
    }

    internal override long RunUnit(TensorShape shape) => Vectors(shape).RunUnit;

    private VectorLayout Vectors(TensorShape shape) => FilterWise ? VectorLayout.AlongLast(shape) : VectorLayout.Whole(shape);

    /// <summary>t for a mean cosine between the changes of so many models.</summary>
    internal static double Ratio(double cosine, int models) =>
        cosine <= 0 ? 0 : models * cosine / (1 + ((models - 1) * cosine));

    /// <summary>The mean over pairs of models of cos(w_i - b, w_j - b), for one of so many vectors.</summary>
    /// <param name="grams">As <see cref="MergeKernels.VectorGrams"/> gives them.</param>
    /// <param name="models">At least 2.</param>
    /// <param name="count">How many vectors there are.</param>
    /// <param name="vector">Which of them, from 0.</param>
    internal static double MeanCosine(ReadOnlySpan<double> grams, int models, int count, int vector)
    {
        Span<double> norms = stackalloc double[models];
        var place = vector;
        for (var first = 0; first < models; first++)
        {
            norms[first] = Math.Sqrt(grams[place]);
            place += (models - first) * count;
        }

        double sum = 0;
        place = vector;
        for (var first = 0; first < models; first++)
        {
            place += count;
            for (var second = first + 1; second < models; second++, place += count)
            {
                sum += Math.Clamp(grams[place] / Math.Max(norms[first] * norms[second], SmallestProduct), -1, 1);
            }
        }

        return sum / (models * (models - 1) / 2);
    }

    private static ModelStockMerge Resolve(ParameterScope scope) => scope.Models.Length >= 2
        ? new ModelStockMerge(scope.Flag("filter_wise"))
        : throw new RecipeException(
            "model_stock compares the changes of at least two models besides base_model, "
            + $"but tensor {scope.TensorName} has {scope.Models.Length}. Add a model.");
}
