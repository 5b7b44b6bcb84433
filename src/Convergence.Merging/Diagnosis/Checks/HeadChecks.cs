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
        var tied = examination.Models.Where(model => !model.Has(TiedHead.HeadName) || Says(model) == true).Select(examination.NameOf).ToList();
        if (tied.Count > 0 && tied.Count < examination.Models.Length)
        {
            var own = examination.Models.Select(examination.NameOf).Except(tied).ToList();
            findings.Add(new Finding(
                FindingTopic.Head, FindingLevel.Note,
                $"{Examination.Some(tied)} {(tied.Count == 1 ? "ties" : "tie")} the output head to the embedding, {Examination.Some(own)} {(own.Count == 1 ? "does" : "do")} not: the merged model gets a head of its own, "
                + "into which the embedding goes for the models that tie it."));
        }

        return findings.Count > 0
            ? findings
            : [new Finding(FindingTopic.Head, FindingLevel.Ok, tied.Count > 0 ? "Tied to the embedding." : "Stored apart from the embedding.")];
    }

    private static Finding? Check(Examination examination, ParentModel model, ComputeDevice device)
    {
        if (!model.Has(TiedHead.HeadName))
        {
            return Says(model) == false && TiedHead.Embedding(model) is not null
                ? new Finding(
                    FindingTopic.Head, FindingLevel.Warning,
                    $"{examination.NameOf(model)}: config.json says {TiedHead.ConfigKey} false, but there is no {TiedHead.HeadName}. A merge takes the embedding for it; other programs would start from a random head.",
                    $"If the head is the embedding, set {TiedHead.ConfigKey} to true; else the checkpoint is incomplete, download it again.")
                : null;
        }

        if (Says(model) != true || TiedHead.Embedding(model) is not { } embedding
            || model.Find(embedding) is not { } first || model.Find(TiedHead.HeadName) is not { } second
            || first.Shape != second.Shape || !first.DType.IsComputable() || !second.DType.IsComputable())
        {
            return null;
        }

        using var left = examination.Parents.Load(new TensorInput(model.Name, embedding), device);
        using var right = examination.Parents.Load(new TensorInput(model.Name, TiedHead.HeadName), device);
        var survey = new TaskVectorSurvey(1);
        device.Merging.Survey(left.Tensor, [right.Tensor], ModelScan.LargeDelta, survey);
        var different = survey.ElementCount - survey.Unchanged[0];
        return different == 0
            ? new Finding(FindingTopic.Head, FindingLevel.Note, $"{examination.NameOf(model)} stores a copy of the embedding as {TiedHead.HeadName} though the two are tied; a merge leaves it out.")
            : new Finding(
                FindingTopic.Head, FindingLevel.Warning,
                $"{examination.NameOf(model)}: config.json ties the output head to the embedding, but the {TiedHead.HeadName} that is stored differs from it in {Examination.Percent((double)different / survey.ElementCount)} of the elements; it will not be used.",
                $"If the stored head is the right one, set {TiedHead.ConfigKey} to false.");
    }

    private static bool? Says(ParentModel model) => model.Config[TiedHead.ConfigKey]?.GetValueKind() switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };
}
