namespace Convergence.Merging.Diagnosis;

/// <summary>Tensors that only some models have, and tensors of different shapes.</summary>
internal static class TensorChecks
{
    public static IEnumerable<Finding> Of(Examination examination)
    {
        var sound = true;
        foreach (var model in examination.Others)
        {
            foreach (var finding in Compare(examination, examination.Reference, model))
            {
                sound = false;
                yield return finding;
            }
        }

        if (sound)
        {
            yield return new Finding(
                FindingTopic.Tensors, FindingLevel.Ok,
                FormattableString.Invariant($"{examination.Reference.Weights.Names.Count} ")
                + FormattableString.Invariant(
                    $"tensors{(examination.Models.Length > 1 ? ", of the same names and shapes in all models" : "")}."));
        }
    }

    private static IEnumerable<Finding> Compare(Examination examination, ParentModel reference, ParentModel model)
    {
        // Layers beyond the shallower model's depth are reported as a difference of depth, heads by themselves.
        var depth = Math.Min(reference.Layers.Count, model.Layers.Count);
        bool Counts(string name) => !(LayerName.Parse(name) is { } layer && layer.Layer >= depth) && !TiedHead.IsHead(name);
        foreach (var (holder, other) in new[] { (reference, model), (model, reference) })
        {
            var missing = holder.Weights.Names.Where(name =>
                Counts(name) && !other.Has(name) && !DerivedBuffers.IsDerived(name, holder.Find(name)!.Shape.Rank)).ToList();
            if (missing.Count > 0)
            {
                yield return new Finding(
                    FindingTopic.Tensors, FindingLevel.Blocks,
                    FormattableString.Invariant(
                        $"{examination.NameOf(other)} lacks {missing.Count} {(missing.Count == 1 ? "tensor" : "tensors")} ")
                        + FormattableString.Invariant($"that {examination.NameOf(holder)} has: {Examination.Some(missing)}."),
                    "Check that both checkpoints are complete and grew from one model. "
                    + "If they are meant to differ, missing_tensors: skip in the recipe merges these from the models that have them.");
            }
        }

        var shapes = reference.Weights.Names.Where(model.Has)
            .Select(name => (Name: name, Expected: reference.Find(name)!.Shape, Found: model.Find(name)!.Shape))
            .Where(tensor => tensor.Expected != tensor.Found).ToList();
        if (shapes.Count > 0)
        {
            var vocabulary = shapes.All(
                tensor => tensor.Expected.Rank == 2 && tensor.Found.Rank == 2 && tensor.Expected[1] == tensor.Found[1]
                    && LayerName.Parse(tensor.Name) is null);
            var examples = shapes.Select(tensor => $"{tensor.Name} {tensor.Expected} against {tensor.Found}").ToList();
            yield return new Finding(
                FindingTopic.Tensors, FindingLevel.Blocks,
                FormattableString.Invariant(
                    $"{shapes.Count} {(shapes.Count == 1 ? "tensor has" : "tensors have")} another shape in {examination.NameOf(model)} ")
                    + FormattableString.Invariant($"than in {examination.NameOf(reference)}: {Examination.Some(examples)}."),
                vocabulary
                    ? $"Only the number of rows differs, one per token: {ModelChecks.VocabularyCure}"
                    : "Only models of one size can be merged; check that both were fine-tuned from the same base.");
        }
    }
}
