using System.Text.Json;
using Convergence.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.Merging.Diagnosis;

/// <summary>Whether the output head shares the embedding's weights: what the configuration says, and what is stored.</summary>
internal static class HeadChecks
{
    public static IEnumerable<Finding> Of(Examination examination, ComputeDevice device)
    {
        var findings = examination.Models.Select(model => Check(examination, model, device)).OfType<Finding>().ToList();
        TiedHead head;
        try
        {
            head = TiedHead.Of(examination.Models);
        }
        catch (MergeException exception)
        {
            findings.RemoveAll(finding => finding.Level == FindingLevel.Warning);
            findings.Add(new Finding(FindingTopic.Head, FindingLevel.Blocks, exception.Message));
            return findings;
        }

        var tied = examination.Models.Where(model => head.TiedModels.Contains(model.Name)).ToList();
        if (tied.Count > 0 && tied.Count < examination.Models.Length)
        {
            var own = examination.Models.Except(tied).ToList();
            findings.Add(new Finding(
                FindingTopic.Head, FindingLevel.Note,
                $"{examination.NamesOf(tied)} {(tied.Count == 1 ? "ties" : "tie")} the output head "
                + $"to the embedding, {examination.NamesOf(own)} {(own.Count == 1 ? "does" : "do")} not: "
                + "the merged model gets a head of its own, "
                + "into which the embedding goes for the models that tie it."));
        }

        return findings.Count > 0
            ? findings
            : [new Finding(
                FindingTopic.Head, FindingLevel.Ok, head.IsTied ? "Tied to the embedding." : "Stored apart from the embedding.")];
    }

    private static Finding? Check(Examination examination, ParentModel model, ComputeDevice device)
    {
        var name = examination.NameOf(model);
        var says = model.Setting(TiedHead.ConfigKey)?.GetValueKind();
        if (model.Head is not { } head)
        {
            return says == JsonValueKind.False && model.Embedding is not null
                ? new Finding(
                    FindingTopic.Head, FindingLevel.Warning,
                    $"{name}: config.json says {TiedHead.ConfigKey} false, but no output head is stored. "
                    + "Other programs would start from a random one.",
                    $"If the head is the embedding, set {TiedHead.ConfigKey} to true; "
                    + "else the checkpoint is incomplete, download it again.")
                : null;
        }

        if (says != JsonValueKind.True || model.Embedding is not { } embedding)
        {
            return null;
        }

        return model.IsHeadTheEmbedding
            ? new Finding(
                FindingTopic.Head,
                FindingLevel.Note,
                $"{name} stores a copy of the embedding as {head} though the two are tied; a merge leaves it out.")
            : new Finding(
                FindingTopic.Head, FindingLevel.Warning,
                $"{name}: config.json ties the output head to the embedding, but the {head} that is stored differs "
                + $"from it{Difference(examination, model, head, embedding, device)}; it will not be used.",
                $"If the stored head is the right one, set {TiedHead.ConfigKey} to false.");
    }

    private static string Difference(Examination examination, ParentModel model, string head, string embedding, ComputeDevice device)
    {
        if (model.Find(embedding) is not { } first || model.Find(head) is not { } second
            || first.Shape != second.Shape || !first.DType.IsComputable() || !second.DType.IsComputable())
        {
            return "";
        }

        using var left = examination.Parents.Load(new TensorInput(model.Name, embedding), device);
        using var right = examination.Parents.Load(new TensorInput(model.Name, head), device);
        var survey = new TaskVectorSurvey(1);
        device.Merging.Survey(left.Tensor, [right.Tensor], ModelScan.LargeDelta, survey);
        return $" in {Examination.Percent((double)(survey.ElementCount - survey.Unchanged[0]) / Math.Max(1, survey.ElementCount))} "
            + "of the elements";
    }
}
