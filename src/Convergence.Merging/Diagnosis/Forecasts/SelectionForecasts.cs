using Convergence.Tensors.Devices;

namespace Convergence.Merging.Diagnosis;

/// <summary>Methods that choose among the elements of task vectors, or among models element by element.</summary>
internal static class SelectionForecasts
{
    // The share that breadcrumbs drops as outliers unless a recipe says otherwise.
    private const double Outliers = 0.01;

    // A model with more of all energy than this decides nearly everything alone.
    private const double Dominance = 0.9;

    // From these shares of changed elements on, task vectors are sparse, or dense.
    private const double Sparse = 0.5;
    private const double Dense = 0.9;

    // Where so many elements are unchanged, both of Arcee Fusion's quartiles that spread them are zero.
    private const double UnchangedQuartiles = 0.75;

    public static IEnumerable<MethodForecast> Of(Examination examination)
    {
        var total = TensorMeasure.Total(examination.Scan.Measures, examination.Models.Length - 1);
        yield return Della(total);
        yield return Breadcrumbs(examination);
        if (examination.Merged.Length == 1)
        {
            yield return NearSwap(total);
            yield return ArceeFusion(examination);
            yield return new MethodForecast(
                "sce, ram, ramplus_tl, dfs",
                MethodOutlook.Degenerate,
                "With one model there is nothing to choose between: they add its task vector, or what is left of it.");
        }
        else
        {
            yield return ByEnergy(examination, total);
            yield return Ram(total);
            yield return new MethodForecast(
                "nearswap, arcee_fusion", MethodOutlook.Impossible, "They take exactly one model besides the base.");
        }
    }

    private static MethodForecast Della(TaskVectorSurvey total)
    {
        var unchanged = Enumerable.Range(0, total.InputCount).Max(input => Unchanged(total, input));
        var measured = $"Up to {Examination.Percent(unchanged)} of a model's elements equal the base's; "
            + "they rank lowest and are dropped first.";
        return unchanged >= Dense
            ? new MethodForecast(
                "della, della_linear",
                MethodOutlook.Doubtful,
                $"{measured} What did change all ranks high and is kept at nearly one rate: dare does the same.")
            : new MethodForecast(
                "della, della_linear", MethodOutlook.Sensible, $"{measured} Density must stay between epsilon and 1 - epsilon.");
    }

    private static MethodForecast Breadcrumbs(Examination examination)
    {
        const string Methods = "breadcrumbs, breadcrumbs_ties";
        var dropped = examination.Scan.Spreads.Select(spread => spread.KeptEnergy(Outliers))
            .Where(double.IsFinite)
            .DefaultIfEmpty(double.NaN)
            .Max();
        if (double.IsNaN(dropped))
        {
            return MethodForecast.NothingChanged(Methods);
        }

        var small = examination.Scan.Measures.Count(tensor => tensor.Survey.ElementCount < 1 / Outliers);
        var measured = $"The largest {Examination.Percent(Outliers)}, which gamma drops, "
            + $"carry up to {Examination.Percent(dropped)} of a task vector's energy."
            + (small > 0 ? FormattableString.Invariant($" {small} tensors are too small to have an outlier at that gamma.") : "");
        return dropped > 0.5
            ? new MethodForecast(Methods, MethodOutlook.Doubtful, $"{measured} That is most of the training: lower gamma.")
            : new MethodForecast(
                Methods, MethodOutlook.Sensible, $"{measured} Give a density below 1 - gamma; with the default of 1 nothing is dropped.");
    }

    private static MethodForecast NearSwap(TaskVectorSurvey total)
    {
        var mean = total.MagnitudeSums[0] / Math.Max(1, total.ElementCount);
        return total.LargestMagnitudes[0] == 0
            ? MethodForecast.NothingChanged("nearswap", isOneModel: true)
            : new MethodForecast(
                "nearswap", MethodOutlook.Sensible,
                $"Differences are {Examination.Number(mean)} on average and {Examination.Number(total.LargestMagnitudes[0])} at most: "
                + "a t above that takes the whole model over, one far below the mean only a trace of it.");
    }

    private static MethodForecast ArceeFusion(Examination examination)
    {
        var measures = examination.Scan.Measures;
        var equal = measures.Count(tensor => tensor.Survey.Unchanged[0] == tensor.Survey.ElementCount);
        if (equal == measures.Count)
        {
            return MethodForecast.NothingChanged("arcee_fusion", isOneModel: true);
        }

        var whole = measures.Count(tensor => Unchanged(tensor.Survey, 0) is > UnchangedQuartiles and < 1);
        return whole == 0
            ? new MethodForecast(
                "arcee_fusion",
                MethodOutlook.Sensible,
                "On every tensor that differs, enough elements changed for their quartiles to tell important ones apart.")
            : new MethodForecast(
                "arcee_fusion", 2 * whole > measures.Count - equal ? MethodOutlook.Degenerate : MethodOutlook.Doubtful,
                FormattableString.Invariant($"On {whole} of the {measures.Count - equal} tensors that differ more than three quarters ")
                + "of the elements are unchanged, so that the threshold is zero and all of the model's tensor is taken over.");
    }

    private static MethodForecast ByEnergy(Examination examination, TaskVectorSurvey total)
    {
        const string Methods = "sce, dfs";
        var energies = Enumerable.Range(1, total.InputCount).Select(model => total.Product(model, model)).ToList();
        var sum = energies.Sum();
        if (sum == 0)
        {
            return MethodForecast.NothingChanged(Methods);
        }

        var largest = energies.IndexOf(energies.Max());
        var share = energies[largest] / sum;
        var measured = "They weigh models by the energy of their changes, "
            + $"of which {examination.NameOf(examination.Models[largest + 1])} has {Examination.Percent(share)}.";
        return share > Dominance
            ? new MethodForecast(Methods, MethodOutlook.Degenerate, $"{measured} The result is next to that model.")
            : new MethodForecast(Methods, MethodOutlook.Sensible, measured);
    }

    private static MethodForecast Ram(TaskVectorSurvey total)
    {
        const string Methods = "ram, ramplus_tl";
        var changed = Enumerable.Range(0, total.InputCount).Select(input => 1 - Unchanged(total, input)).ToList();
        var measured = $"The models change {Examination.Percent(changed.Min())} to {Examination.Percent(changed.Max())} of the elements.";
        return changed.Max() == 0 ? MethodForecast.NothingChanged(Methods)
            : changed.Min() >= Dense
                ? new MethodForecast(
                    Methods,
                    MethodOutlook.Degenerate,
                    $"{measured} Hardly an element is changed by one model alone, and where several change it RAM is their plain mean.")
            : changed.Max() <= Sparse
                ? new MethodForecast(
                    Methods, MethodOutlook.Sensible, $"{measured} Many are changed by one model alone, which is what RAM keeps whole.")
            : new MethodForecast(Methods, MethodOutlook.Doubtful, $"{measured} Where several change an element RAM is their plain mean.");
    }

    private static double Unchanged(TaskVectorSurvey survey, int input) =>
        (double)survey.Unchanged[input] / Math.Max(1, survey.ElementCount);
}
