namespace Convergence.Merging.Diagnosis;

/// <summary>
/// Whether the models grew from one: large matrices of unrelated models are as good as orthogonal, those of relatives hardly turn.
/// Judged over the matrices of the layers; norms and embeddings look alike in strangers, too.
/// </summary>
internal static class AncestryChecks
{
    /// <summary>Below this cosine two models have nothing in common.</summary>
    public const double UnrelatedCosine = 0.1;

    /// <summary>Below this cosine an ancestor lies far back.</summary>
    public const double DistantCosine = 0.5;

    // How much less the differences from a base agree than those from a model that is none: half of the theoretical gap of 0.5.
    private const double BaseGap = 0.15;

    public static IEnumerable<Finding> Of(Examination examination)
    {
        var tensors = Telling(examination.Scan.Measures);
        if (examination.Models.Length < 2 || tensors.Count == 0 || examination.Scan.Faults.Count > 0)
        {
            return [];
        }

        var geometry = GeometryOf(examination, tensors);
        return [Relation(examination, geometry, tensors.Count), .. Base(examination, geometry)];
    }

    /// <summary>Whether some of the models have no ancestor in common, so that no mean of their weights computes anything.</summary>
    public static bool AreStrangers(Examination examination)
    {
        var tensors = Telling(examination.Scan.Measures);
        if (tensors.Count == 0)
        {
            return false;
        }

        var geometry = GeometryOf(examination, tensors);
        return Pairs(examination.Models.Length).Any(pair => geometry.Cosine(pair.First, pair.Second) < UnrelatedCosine);
    }

    /// <summary>The tensors that tell relatives from strangers.</summary>
    public static List<TensorMeasure> Telling(IReadOnlyList<TensorMeasure> measures)
    {
        var layers = measures.Where(tensor => tensor.IsMatrix && tensor.Layer is not null).ToList();
        return layers.Count > 0 ? layers : [.. measures.Where(tensor => tensor.IsMatrix)];
    }

    /// <summary>All pairs of models.</summary>
    public static IEnumerable<(int First, int Second)> Pairs(int modelCount) =>
        from first in Enumerable.Range(0, modelCount)
        from second in Enumerable.Range(first + 1, modelCount - first - 1)
        select (first, second);

    private static ModelGeometry GeometryOf(Examination examination, List<TensorMeasure> tensors) =>
        new(TensorMeasure.Total(tensors, examination.Models.Length - 1));

    private static Finding Relation(Examination examination, ModelGeometry geometry, int tensorCount)
    {
        var cosines = Pairs(examination.Models.Length).Select(
            pair => (pair.First, pair.Second, Cosine: geometry.Cosine(pair.First, pair.Second)))
            .OrderBy(pair => pair.Cosine).ToList();
        string Names(int first, int second) =>
            $"{examination.NameOf(examination.Models[first])} and {examination.NameOf(examination.Models[second])}";
        var lowest = cosines[0];
        var strangers = cosines.Where(pair => pair.Cosine < UnrelatedCosine)
            .Select(pair => $"{Names(pair.First, pair.Second)} {pair.Cosine:0.000}")
            .ToList();
        if (strangers.Count > 0)
        {
            return new Finding(
                FindingTopic.Ancestry, FindingLevel.Warning,
                FormattableString.Invariant($"No shared ancestor: over {tensorCount} matrices the cosine between weights is near 0, ")
                + FormattableString.Invariant($"as between random models: {Examination.Some(strangers)}."),
                "A merge will be made, and it will talk nonsense: a mean of unrelated weights computes nothing. "
                + "Merge models that were fine-tuned from one base; "
                + "of strangers only whole runs of layers can be stacked, and that wants training.");
        }

        return lowest.Cosine < DistantCosine
            ? new Finding(
                FindingTopic.Ancestry, FindingLevel.Warning,
                FormattableString.Invariant($"{Names(lowest.First, lowest.Second)} are distant relatives: ")
                + FormattableString.Invariant($"cosine {lowest.Cosine:0.000} between their weights, over {tensorCount} matrices."),
                "Long training has taken them apart. Expect merges near one of the ends to do better than those in the middle.")
            : new Finding(
                FindingTopic.Ancestry, FindingLevel.Ok,
                FormattableString.Invariant($"One ancestor: cosine between weights {lowest.Cosine:0.0000}")
                + (cosines.Count > 1 ? FormattableString.Invariant($" to {cosines[^1].Cosine:0.0000}.") : "."));
    }

    // Specialists leave their base in directions of their own, so differences from it hardly agree (cosine near 0);
    // seen from a specialist, all others lie in the base's direction (cosine near 0.5).
    private static IEnumerable<Finding> Base(Examination examination, ModelGeometry geometry)
    {
        var count = examination.Models.Length;
        if (count < 3)
        {
            yield break;
        }

        var agreements = Enumerable.Range(0, count)
            .Select(origin => (Model: origin, Cosine: Agreement(geometry, origin)))
            .OrderBy(model => model.Cosine)
            .ToList();
        var (found, cosine) = agreements[0];
        var isClear = cosine < agreements[1].Cosine - BaseGap;
        var name = examination.NameOf(examination.Models[found]);
        if (examination.HasBase && isClear && found != 0)
        {
            yield return new Finding(
                FindingTopic.Ancestry, FindingLevel.Warning,
                FormattableString.Invariant($"{name} looks more like the base than {examination.NameOf(examination.Reference)}: ")
                + FormattableString.Invariant($"differences from it agree least (mean cosine {cosine:0.00}, ")
                + FormattableString.Invariant($"from {examination.NameOf(examination.Reference)} {Agreement(geometry, 0):0.00})."),
                $"If it is, name it: --base {examination.Models[found].Name}.");
        }
        else if (!examination.HasBase)
        {
            yield return isClear
                ? new Finding(
                    FindingTopic.Ancestry, FindingLevel.Note,
                    FormattableString.Invariant($"{name} looks like the base of the others: ")
                    + FormattableString.Invariant($"differences from it are nearly independent (mean cosine {cosine:0.00}, ")
                    + FormattableString.Invariant(
                        $"from {examination.NameOf(examination.Models[agreements[1].Model])} {agreements[1].Cosine:0.00})."),
                    $"Task vectors can be told only with it: --base {examination.Models[found].Name}.")
                : new Finding(
                    FindingTopic.Ancestry, FindingLevel.Note, "None of the models looks like the base of the others.",
                    "Name the model they were fine-tuned from with --base, to learn about their task vectors.");
        }
    }

    private static double Agreement(ModelGeometry geometry, int origin)
    {
        var cosines = Pairs(geometry.ModelCount).Where(pair => pair.First != origin && pair.Second != origin)
            .Select(pair => geometry.CosineFrom(origin, pair.First, pair.Second)).Where(double.IsFinite).ToList();

        // Equal models have no direction from each other; they cannot be told apart.
        return cosines.Count == 0 ? 1 : cosines.Average();
    }
}
