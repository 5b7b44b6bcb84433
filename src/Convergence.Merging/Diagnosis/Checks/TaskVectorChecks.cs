using Convergence.Tensors.Devices;

namespace Convergence.Merging.Diagnosis;

/// <summary>How far the models went from their base, in which directions, and how often they pull against each other.</summary>
internal static class TaskVectorChecks
{
    // A model that moved by half the length of its base is a model of its own.
    private const double LargeRatio = 0.5;

    // From here the longer task vector decides nearly alone.
    private const double UnevenRatio = 3;

    private const double SharedCosine = 0.7;

    public static IEnumerable<Finding> Of(Examination examination)
    {
        if (!examination.HasBase
            || examination.Models.Length < 2
            || examination.Scan.Measures.Count == 0
            || examination.Scan.Faults.Count > 0)
        {
            yield break;
        }

        var total = TensorMeasure.Total(examination.Scan.Measures, examination.Models.Length - 1);
        var geometry = new ModelGeometry(total);
        var ratios = Enumerable.Range(1, examination.Models.Length - 1)
            .Select(model => (Name: examination.NameOf(examination.Models[model]), Ratio: geometry.NormRatio(model)))
            .ToList();
        var far = ratios.Where(model => model.Ratio > LargeRatio).ToList();
        yield return far.Count > 0
            ? new Finding(
                FindingTopic.TaskVectors, FindingLevel.Warning,
                "Moved far from the base: "
                + Examination.Some([.. far.Select(model => $"{model.Name} by {Examination.Percent(model.Ratio)} of its length")]) + ".",
                "Methods that add task vectors assume small steps: "
                + "give these models small weights, or check that the base is the right one.")
            : new Finding(
                FindingTopic.TaskVectors, FindingLevel.Ok,
                "Steps from the base, of its length: "
                + string.Join(", ", ratios.Select(model => $"{model.Name} {Examination.Percent(model.Ratio)}")) + ".");
        foreach (var finding in Balance(ratios).Concat(Directions(examination, geometry, total)))
        {
            yield return finding;
        }
    }

    private static IEnumerable<Finding> Balance(List<(string Name, double Ratio)> ratios)
    {
        var moved = ratios.Where(model => model.Ratio > 0).OrderBy(model => model.Ratio).ToList();
        if (moved.Count > 1 && moved[^1].Ratio > UnevenRatio * moved[0].Ratio)
        {
            yield return new Finding(
                FindingTopic.TaskVectors, FindingLevel.Warning,
                $"{moved[^1].Name} moved {Examination.Number(moved[^1].Ratio / moved[0].Ratio)} times as far as {moved[0].Name}: "
                + "with equal weights it decides nearly alone.",
                $"Give {moved[0].Name} the larger weight, up to the inverse of that ratio.");
        }
    }

    private static IEnumerable<Finding> Directions(Examination examination, ModelGeometry geometry, TaskVectorSurvey total)
    {
        var pairs = AncestryChecks.Pairs(examination.Models.Length).Where(pair => pair.First > 0)
            .Select(pair => (pair.First, pair.Second, Cosine: geometry.CosineFrom(0, pair.First, pair.Second)))
            .Where(pair => double.IsFinite(pair.Cosine))
            .ToList();
        if (pairs.Count == 0)
        {
            yield break;
        }

        var mean = pairs.Average(pair => pair.Cosine);
        var conflicts = (double)total.Conflicts / total.ElementCount;
        yield return new Finding(
            FindingTopic.TaskVectors, FindingLevel.Note,
            FormattableString.Invariant($"Mean cosine between task vectors {mean:0.000}; the models pull {Examination.Percent(conflicts)} ")
            + FormattableString.Invariant(
                $"of the elements in opposite directions ({Examination.Percent(ByChance(total))} if signs were drawn by chance)."));
        if (mean > SharedCosine)
        {
            yield return new Finding(
                FindingTopic.TaskVectors,
                FindingLevel.Warning,
                "The task vectors share most of their direction: the models have a later ancestor than this base.",
                "Adding them applies the shared part once per model. "
                + "Use that ancestor as the base, or divide the weights by the number of models (normalize: true).");
        }
    }

    /// <summary>
    /// The share of elements with a sign conflict if every model that moves an element (as many as are seen to) did so
    /// up or down by chance: one minus the chance that all who move it agree,
    /// 2 (prod_i (u_i + m_i / 2)) - prod_i u_i with u_i the unmoved share and m_i = 1 - u_i.
    /// </summary>
    public static double ByChance(TaskVectorSurvey survey)
    {
        double noneDown = 1;
        double none = 1;
        foreach (var unchanged in survey.Unchanged)
        {
            var unmoved = survey.ElementCount == 0 ? 1 : (double)unchanged / survey.ElementCount;
            noneDown *= unmoved + ((1 - unmoved) / 2);
            none *= unmoved;
        }

        return 1 - (2 * noneDown) + none;
    }
}
