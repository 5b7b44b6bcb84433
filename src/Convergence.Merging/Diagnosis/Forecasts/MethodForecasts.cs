using System.Collections.Immutable;
using System.Globalization;

namespace Convergence.Merging.Diagnosis;

/// <summary>Foresees from the measurements what each method will do.</summary>
internal static class MethodForecasts
{
    // The share that the authors of TIES keep (arXiv 2306.01708, section 4).
    private const double TiesDensity = 0.2;
    private const double MostEnergy = 0.8;

    // What DARE's paper (arXiv 2311.03099) drops where deltas are small enough.
    private const double FewLarge = 0.01;
    private const double SomeLarge = 0.25;

    // From this many linear tensors on, slerp is linear merging.
    private const double MostTensors = 0.5;

    public static ImmutableArray<MethodForecast> Of(Examination examination, IReadOnlyCollection<Finding> findings)
    {
        if (examination.Models.Length < 2)
        {
            return [];
        }

        if (findings.FirstOrDefault(finding => finding.Level == FindingLevel.Blocks && finding.Topic != FindingTopic.Ancestry) is { } blocker)
        {
            return [new MethodForecast("all methods", MethodOutlook.Impossible, $"Blocked ({blocker.Topic}); see the findings.")];
        }

        if (findings.Any(finding => finding.Level == FindingLevel.Blocks))
        {
            return
            [
                new MethodForecast("linear, slerp, task_arithmetic, ties, dare_linear, dare_ties", MethodOutlook.Degenerate, "The models share no ancestor: a mean of unrelated weights computes nothing."),
                new MethodForecast("passthrough", MethodOutlook.Doubtful, "Whole layers can be stacked, but their neighbours have never met them; the result wants training."),
            ];
        }

        var forecasts = ImmutableArray.CreateBuilder<MethodForecast>();
        forecasts.Add(new MethodForecast("linear", MethodOutlook.Sensible, examination.HasBase ? "Relatives of one base average well; the first thing to compare with." : "Relatives average well; the first thing to compare with."));
        forecasts.Add(Slerp(examination));
        if (examination.HasBase)
        {
            forecasts.Add(TaskArithmetic(examination));
            forecasts.Add(Ties(examination));
            forecasts.Add(Dare(examination));
            if (examination.Merged.Length > 1)
            {
                forecasts.Add(ModelStock(examination));
            }
        }
        else
        {
            forecasts.Add(new MethodForecast("task_arithmetic, ties, dare_linear, dare_ties", MethodOutlook.Impossible, "They need the model that the others were fine-tuned from; name it with --base."));
        }

        forecasts.Add(new MethodForecast("passthrough", MethodOutlook.Doubtful, "Layers of these models can replace each other; stacking more than there were usually costs quality without training."));
        return forecasts.ToImmutable();
    }

    /// <summary>How many of the tensors slerp will merge linearly, with equal weights, and of how many.</summary>
    public static (int Linear, int Count) SlerpFallbacks(Examination examination)
    {
        var models = Enumerable.Range(examination.HasBase && examination.Models.Length > 2 ? 1 : 0, examination.HasBase && examination.Models.Length > 2 ? examination.Models.Length - 1 : examination.Models.Length).ToArray();
        var method = new SlerpMerge([.. Enumerable.Range(2, models.Length - 1).Select(count => 1.0 / count)]);
        var linear = examination.Scan.Measures.Count(tensor =>
        {
            var gram = new double[models.Length * models.Length];
            for (var place = 0; place < gram.Length; place++)
            {
                gram[place] = tensor.Geometry.Weights(models[place / models.Length], models[place % models.Length]);
            }

            return method.FallsBack(gram);
        });
        return (linear, examination.Scan.Measures.Count);
    }

    private static MethodForecast Slerp(Examination examination)
    {
        var (linear, count) = SlerpFallbacks(examination);
        var share = (double)linear / count;
        var reason = linear == 0
            ? FormattableString.Invariant($"Interpolates on the sphere on all {count} tensors.")
            : FormattableString.Invariant($"Falls back to lerp on {Examination.Percent(share)} of {count} tensors: their directions agree to a cosine above {SlerpMerge.ParallelCosine}.");
        return share > MostTensors
            ? new MethodForecast("slerp", MethodOutlook.Degenerate, reason + " It is linear merging there.")
            : new MethodForecast("slerp", MethodOutlook.Sensible, reason);
    }

    private static MethodForecast TaskArithmetic(Examination examination)
    {
        var geometry = new ModelGeometry(TensorMeasure.Total(examination.Scan.Measures, examination.Models.Length - 1));
        var longest = Enumerable.Range(1, examination.Models.Length - 1).Max(geometry.NormRatio);
        return longest > MostTensors
            ? new MethodForecast("task_arithmetic", MethodOutlook.Doubtful, $"The longest task vector has {Examination.Percent(longest)} of the base's length: begin with weights around {Examination.Number(0.3 / longest)}.")
            : new MethodForecast("task_arithmetic", MethodOutlook.Sensible, $"Task vectors are at most {Examination.Percent(longest)} of the base's length, small enough to add.");
    }

    private static MethodForecast Ties(Examination examination)
    {
        var spreads = examination.Scan.Spreads;
        var kept = spreads.Select(spread => spread.KeptEnergy(TiesDensity)).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Min();
        var needed = spreads.Select(spread => spread.DensityFor(MostEnergy)).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Max();
        var total = TensorMeasure.Total(examination.Scan.Measures, examination.Models.Length - 1);
        var conflicts = (double)total.Conflicts / Math.Max(1, total.ElementCount);
        var trim = double.IsFinite(kept)
            ? $"The largest {Examination.Percent(TiesDensity)} of a task vector carry {Examination.Percent(kept)} of its energy, {Examination.Percent(MostEnergy)} of the energy need density {needed.ToString("0.00", CultureInfo.InvariantCulture)}."
            : "No model differs from the base.";
        if (examination.Merged.Length < 2)
        {
            return new MethodForecast("ties", MethodOutlook.Degenerate, $"With one model there is no sign to elect; only trimming is left. {trim}");
        }

        var signs = $"Signs disagree on {Examination.Percent(conflicts)} of the elements.";
        return double.IsFinite(kept) && kept >= 0.5
            ? new MethodForecast("ties", MethodOutlook.Sensible, $"{signs} {trim}")
            : new MethodForecast("ties", MethodOutlook.Doubtful, $"{signs} {trim} A low density throws most of the training away.");
    }

    private static MethodForecast Dare(Examination examination)
    {
        var total = TensorMeasure.Total(examination.Scan.Measures, examination.Models.Length - 1);
        var large = total.Large.Max(count => (double)count / Math.Max(1, total.ElementCount));
        var mean = total.MagnitudeSums.Max() / Math.Max(1, total.ElementCount);
        var measured = $"Mean |delta| up to {Examination.Number(mean)}; {Examination.Percent(large)} of the elements exceed {Examination.Number(ModelScan.LargeDelta)}, the size up to which the paper drops 90 %.";
        return large switch
        {
            <= FewLarge => new MethodForecast("dare_linear, dare_ties", MethodOutlook.Sensible, $"{measured} Densities down to 0.1 are within its range."),
            <= SomeLarge => new MethodForecast("dare_linear, dare_ties", MethodOutlook.Doubtful, $"{measured} Keep density at 0.5 or more."),
            _ => new MethodForecast("dare_linear, dare_ties", MethodOutlook.Degenerate, $"{measured} Rescaled deltas of this size drown the rest: keep density at 0.8 or more, or use task_arithmetic."),
        };
    }

    private static MethodForecast ModelStock(Examination examination)
    {
        var ratios = examination.Scan.Measures.Select(tensor => StockRatio(tensor.Geometry)).Where(double.IsFinite).Order().ToList();
        if (ratios.Count == 0)
        {
            return new MethodForecast("model_stock", MethodOutlook.Degenerate, "No model differs from the base.");
        }

        var median = ratios[ratios.Count / 2];
        var measured = FormattableString.Invariant($"Takes the share t of the models' mean, the rest from the base: median t {median:0.00}, from {ratios[0]:0.00} to {ratios[^1]:0.00} over {ratios.Count} tensors.");
        return median < 0.2
            ? new MethodForecast("model_stock", MethodOutlook.Degenerate, $"{measured} The task vectors are nearly orthogonal, so it returns nearly the base.")
            : new MethodForecast("model_stock", ratios[0] < 0 ? MethodOutlook.Doubtful : MethodOutlook.Sensible, measured + (ratios[0] < 0 ? " A negative t goes away from the models." : ""));
    }

    /// <summary>
    /// t of Model Stock (Jang et al. 2024, arXiv 2403.19522, eq. 4): t = N cos / (1 + (N - 1) cos), cos the mean cosine between the N task vectors.
    /// </summary>
    public static double StockRatio(ModelGeometry geometry)
    {
        var count = geometry.ModelCount - 1;
        var cosine = AncestryChecks.Pairs(geometry.ModelCount).Where(pair => pair.First > 0).Select(pair => geometry.CosineFrom(0, pair.First, pair.Second)).Average();
        return count * cosine / (1 + ((count - 1) * cosine));
    }
}
