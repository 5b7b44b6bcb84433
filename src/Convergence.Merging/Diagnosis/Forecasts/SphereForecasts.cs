using Convergence.Tensors.Devices;

namespace Convergence.Merging.Diagnosis;

/// <summary>Methods that go along a sphere: where directions hardly differ they are linear merging.</summary>
internal static class SphereForecasts
{
    // From this share of linear tensors on, a method is linear merging.
    private const double MostTensors = 0.5;

    public static IEnumerable<MethodForecast> Of(Examination examination)
    {
        var (linear, count) = SlerpFallbacks(examination);
        var reason = linear == 0
            ? FormattableString.Invariant($"Interpolates on the sphere on all {count} tensors.")
            : FormattableString.Invariant($"Falls back to lerp on {Examination.Percent((double)linear / count)} of {count} tensors: ")
                + FormattableString.Invariant($"their directions agree to a cosine above {SlerpMerge.ParallelCosine}.");
        var isLinear = linear > MostTensors * count;
        yield return new MethodForecast(
            "slerp",
            isLinear ? MethodOutlook.Degenerate : MethodOutlook.Sensible,
            isLinear ? reason + " It is linear merging there." : reason);
        if (examination.Merged.Length > 1)
        {
            yield return new MethodForecast(
                "karcher, multislerp", isLinear ? MethodOutlook.Degenerate : MethodOutlook.Sensible,
                isLinear
                    ? "On the same tensors a mean on the sphere is the plain mean."
                    : "The mean on the sphere differs from the plain mean where slerp does.");
        }

        if (examination.HasBase && examination.Merged.Length == 2)
        {
            var cosine = new ModelGeometry(TensorMeasure.Total(examination.Scan.Measures, examination.Models.Length - 1))
                .CosineFrom(0, 1, 2);
            yield return new MethodForecast(
                "nuslerp", MethodOutlook.Sensible,
                FormattableString.Invariant(
                    $"With the base it turns one task vector into the other (cosine {cosine:0.00} between them) and keeps their length, ")
                    + "which averaging would shorten.");
        }
    }

    /// <summary>
    /// How many of the tensors slerp merges linearly, with equal weights, and of how many. A base counts only where it is one of two.
    /// </summary>
    private static (int Linear, int Count) SlerpFallbacks(Examination examination)
    {
        var first = examination.HasBase && examination.Models.Length > 2 ? 1 : 0;
        var models = Enumerable.Range(first, examination.Models.Length - first).ToArray();
        var method = new SlerpMerge([.. Enumerable.Range(2, models.Length - 1).Select(count => 1.0 / count)]);
        return (examination.Scan.Measures.Count(tensor => method.FallsBack(Gram(tensor.Survey, models))), examination.Scan.Measures.Count);
    }

    private static double[] Gram(TaskVectorSurvey survey, int[] models)
    {
        var geometry = new ModelGeometry(survey);
        var gram = new double[models.Length * models.Length];
        for (var place = 0; place < gram.Length; place++)
        {
            gram[place] = geometry.Weights(models[place / models.Length], models[place % models.Length]);
        }

        return gram;
    }
}
