using System.Globalization;
using Convergence.Tensors.Devices;

namespace Convergence.Merging.Diagnosis;

/// <summary>Methods that work on differences from a base.</summary>
internal static class TaskVectorForecasts
{
    // The share that the authors of TIES keep (arXiv 2306.01708, section 4).
    private const double TiesDensity = 0.2;
    private const double MostEnergy = 0.8;

    // Longer than this, of the base's length, task vectors cannot simply be added.
    private const double LongStep = 0.5;

    // What DARE's paper (arXiv 2311.03099) drops where deltas are small enough.
    private const double FewLarge = 0.01;
    private const double SomeLarge = 0.25;

    // Below this t, Model Stock returns little but the base.
    private const double SmallShare = 0.2;

    public static IEnumerable<MethodForecast> Of(Examination examination)
    {
        var total = TensorMeasure.Total(examination.Scan.Measures, examination.Models.Length - 1);
        yield return TaskArithmetic(new ModelGeometry(total));
        yield return Ties(examination, total);
        yield return Dare(total);
        if (examination.Merged.Length > 1)
        {
            yield return ModelStock(examination);
        }
    }

    private static MethodForecast TaskArithmetic(ModelGeometry geometry)
    {
        var longest = Enumerable.Range(1, geometry.ModelCount - 1).Max(geometry.NormRatio);
        return longest > LongStep
            ? new MethodForecast(
                "task_arithmetic",
                MethodOutlook.Doubtful,
                $"The longest task vector has {Examination.Percent(longest)} of the base's length: "
                + $"begin with weights around {Examination.Number(0.3 / longest)}.")
            : new MethodForecast(
                "task_arithmetic",
                MethodOutlook.Sensible,
                $"Task vectors are at most {Examination.Percent(longest)} of the base's length, small enough to add.");
    }

    private static MethodForecast Ties(Examination examination, TaskVectorSurvey total)
    {
        var spreads = examination.Scan.Spreads;
        var kept = spreads.Select(spread => spread.KeptEnergy(TiesDensity)).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Min();
        var needed = spreads.Select(spread => spread.DensityFor(MostEnergy)).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Max();
        if (!double.IsFinite(kept))
        {
            return MethodForecast.NothingChanged("ties");
        }

        var trim = $"The largest {Examination.Percent(TiesDensity)} of a task vector carry {Examination.Percent(kept)} of its energy; "
            + $"{Examination.Percent(MostEnergy)} of the energy need density {needed.ToString("0.00", CultureInfo.InvariantCulture)}.";
        if (examination.Merged.Length < 2)
        {
            return new MethodForecast(
                "ties", MethodOutlook.Degenerate, $"With one model there is no sign to elect; only trimming is left. {trim}");
        }

        var signs = $"Signs disagree on {Examination.Percent((double)total.Conflicts / total.ElementCount)} of the elements.";
        return kept >= 0.5
            ? new MethodForecast("ties", MethodOutlook.Sensible, $"{signs} {trim}")
            : new MethodForecast("ties", MethodOutlook.Doubtful, $"{signs} {trim} A low density throws most of the training away.");
    }

    private static MethodForecast Dare(TaskVectorSurvey total)
    {
        const string Methods = "dare_linear, dare_ties";
        var large = total.Large.Max(count => (double)count / Math.Max(1, total.ElementCount));
        var mean = total.MagnitudeSums.Max() / Math.Max(1, total.ElementCount);
        var measured = $"Mean |delta| up to {Examination.Number(mean)}; {Examination.Percent(large)} "
            + $"of the elements exceed {Examination.Number(ModelScan.LargeDelta)}, the size up to which the paper drops 90 %.";
        return large switch
        {
            <= FewLarge => new MethodForecast(Methods, MethodOutlook.Sensible, $"{measured} Densities down to 0.1 are within its range."),
            <= SomeLarge => new MethodForecast(Methods, MethodOutlook.Doubtful, $"{measured} Keep density at 0.5 or more."),
            _ => new MethodForecast(
                Methods,
                MethodOutlook.Degenerate,
                $"{measured} Rescaled deltas of this size drown the rest: keep density at 0.8 or more, or use task_arithmetic."),
        };
    }

    private static MethodForecast ModelStock(Examination examination)
    {
        var shares = examination.Scan.Measures.Select(tensor => StockShare(tensor.Geometry)).Where(double.IsFinite).Order().ToList();
        if (shares.Count == 0)
        {
            return new MethodForecast("model_stock", MethodOutlook.Degenerate, "On no tensor do two models differ from the base.");
        }

        var median = shares[shares.Count / 2];
        var measured = FormattableString.Invariant(
            $"Takes the share t of the models' mean, the rest from the base: median t {median:0.00}, ")
            + FormattableString.Invariant($"from {shares[0]:0.00} to {shares[^1]:0.00} over {shares.Count} tensors.");
        return median < SmallShare
            ? new MethodForecast(
                "model_stock",
                MethodOutlook.Degenerate,
                $"{measured} The task vectors are nearly orthogonal, so it returns little but the base.")
            : new MethodForecast("model_stock", MethodOutlook.Sensible, measured);
    }

    // t of a tensor; NaN where no two models moved it.
    private static double StockShare(ModelGeometry geometry)
    {
        var cosines = AncestryChecks.Pairs(geometry.ModelCount).Where(pair => pair.First > 0)
            .Select(pair => geometry.CosineFrom(0, pair.First, pair.Second)).ToList();
        return cosines.TrueForAll(double.IsNaN)
            ? double.NaN
            : ModelStockMerge.Ratio(cosines.Average(cosine => double.IsNaN(cosine) ? 0 : cosine), geometry.ModelCount - 1);
    }
}
