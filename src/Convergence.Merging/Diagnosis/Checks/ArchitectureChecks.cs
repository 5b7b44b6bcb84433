using System.Text.Json.Nodes;

namespace Convergence.Merging.Diagnosis;

/// <summary>Architecture and the keys of the configuration that give weights their meaning.</summary>
internal static class ArchitectureChecks
{
    public static IEnumerable<Finding> Of(Examination examination)
    {
        var reference = examination.Reference;
        var types = examination.Models.GroupBy(model => TypeOf(model) ?? "no model_type").ToList();
        if (types.Count > 1)
        {
            var groups = types.Select(group => $"{group.Key} ({examination.NamesOf(group)})");
            yield return new Finding(
                FindingTopic.Architecture, FindingLevel.Blocks, $"The models are of different architectures: {string.Join("; ", groups)}.",
                "Merge models of one architecture: weights of different ones have nothing in common.");
        }

        var depths = examination.Models.GroupBy(model => model.Layers.Count).ToList();
        if (depths.Count > 1)
        {
            var groups = depths.Select(group => FormattableString.Invariant($"{group.Key} layers ({examination.NamesOf(group)})"));
            yield return new Finding(
                FindingTopic.Architecture, FindingLevel.Blocks, $"The models have different depths: {string.Join("; ", groups)}.",
                "Whole models of different depth cannot be merged. "
                + "Stack runs of layers with slices (passthrough), or merge models grown from one base.");
        }

        if (types.Count == 1 && depths.Count == 1)
        {
            yield return new Finding(
                FindingTopic.Architecture, FindingLevel.Ok,
                FormattableString.Invariant(
                    $"{types[0].Key}, {reference.Layers.Count} layers{(examination.Models.Length > 1 ? ", in all models" : "")}."));
        }

        foreach (var finding in Configuration(examination))
        {
            yield return finding;
        }
    }

    public static string? TypeOf(ParentModel model) =>
        model.Setting("model_type") is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static IEnumerable<Finding> Configuration(Examination examination)
    {
        var sound = true;
        foreach (var finding in examination.Models.Where(model => StorageChecks.RefusalOf(model) is null).SelectMany(Soundness))
        {
            sound &= finding.Level == FindingLevel.Note;
            yield return finding;
        }

        foreach (var model in examination.Others)
        {
            var differences = ModelChecks.Differences(examination.Reference, model)
                .Select(key => $"{key.Key} {key.Found} (not {key.Expected})")
                .ToList();
            if (differences.Count > 0)
            {
                sound = false;
                yield return new Finding(
                    FindingTopic.Configuration, FindingLevel.Warning,
                    $"{examination.NameOf(model)} differs "
                    + $"from {examination.NameOf(examination.Reference)}: {Examination.Some(differences)}.",
                    "Weights learnt under one value are used under another. "
                    + "If it is a mistake of a config.json, correct it; else expect the merge to be worse than its parents.");
            }
        }

        if (sound)
        {
            yield return new Finding(
                FindingTopic.Configuration,
                FindingLevel.Ok,
                examination.Models.Length == 1
                    ? "It agrees with the tensors."
                    : "Heads, rope, norms, activation and attention windows agree wherever the configurations name them.");
        }
    }

    // What a merge would refuse in a model alone, and what it would remark.
    private static IEnumerable<Finding> Soundness(ParentModel model)
    {
        try
        {
            return model.EnsureSound().Select(remark => new Finding(FindingTopic.Configuration, FindingLevel.Note, remark));
        }
        catch (MergeException exception)
        {
            return [new Finding(FindingTopic.Configuration, FindingLevel.Blocks, exception.Message)];
        }
    }
}
