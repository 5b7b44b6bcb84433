namespace Convergence.Merging.Diagnosis;

/// <summary>Weights that are not numbers, matrices of zeros, models that are the same.</summary>
internal static class WeightChecks
{
    public static IEnumerable<Finding> Of(Examination examination)
    {
        var scan = examination.Scan;
        foreach (var model in scan.Faults.GroupBy(fault => fault.Model))
        {
            var places = model.Select(fault =>
                FormattableString.Invariant($"{fault.Tensor} ({fault.NonFiniteCount} of {fault.ElementCount} elements)")).ToList();
            yield return new Finding(
                FindingTopic.Weights, FindingLevel.Blocks, $"{model.Key} has weights that are NaN or infinite: {Examination.Some(places)}.",
                "The checkpoint is damaged, and every merge with it would be: use another one.");
        }

        if (scan.EmptyMatrices.Count > 0)
        {
            yield return new Finding(
                FindingTopic.Weights,
                FindingLevel.Warning,
                $"{scan.EmptyMatrices.Count} {(scan.EmptyMatrices.Count == 1 ? "matrix holds" : "matrices hold")} nothing "
                + $"but zeros: {Examination.Some(scan.EmptyMatrices)}.",
                "Unless that is meant (a new adapter, a removed layer), the checkpoint was not written whole.");
        }

        var total = TensorMeasure.Total(scan.Measures, examination.Models.Length - 1);
        var geometry = new ModelGeometry(total);
        var complete = scan.Measures.Count > 0 && scan.Faults.Count == 0;
        for (var first = 0; complete && first < examination.Models.Length; first++)
        {
            for (var second = first + 1; second < examination.Models.Length; second++)
            {
                var same = first == 0 ? total.Unchanged[second - 1] == total.ElementCount : geometry.Distance(first, second) == 0;
                if (same)
                {
                    yield return new Finding(
                        FindingTopic.Weights,
                        FindingLevel.Warning,
                        $"{examination.NameOf(examination.Models[second])} equals {examination.NameOf(examination.Models[first])} in every "
                        + $"element{(scan.Measures.Count < examination.Reference.Weights.Names.Count ? " they have in common" : "")}.",
                        examination.HasBase && first == 0
                            ? "It adds nothing to a merge: leave it out, or check the path."
                            : "It only doubles the other's weight: leave one out, or check the path.");
                }
            }
        }

        if (scan.Faults.Count == 0)
        {
            yield return new Finding(FindingTopic.Weights, FindingLevel.Ok, "Every element is a finite number.");
        }
    }
}
