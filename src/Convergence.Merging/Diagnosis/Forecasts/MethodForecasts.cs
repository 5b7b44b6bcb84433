using System.Collections.Immutable;

namespace Convergence.Merging.Diagnosis;

/// <summary>Foresees from the measurements what each method will do.</summary>
internal static class MethodForecasts
{
    public static ImmutableArray<MethodForecast> Of(Examination examination, IReadOnlyCollection<Finding> findings)
    {
        if (examination.Models.Length < 2)
        {
            return [];
        }

        if (findings.FirstOrDefault(finding => finding.Level == FindingLevel.Blocks) is { } blocker)
        {
            return [new MethodForecast("all methods", MethodOutlook.Impossible, $"Blocked ({blocker.Topic}); see the findings.")];
        }

        if (AncestryChecks.AreStrangers(examination))
        {
            return
            [
                new MethodForecast(
                    "all that mix weights", MethodOutlook.Degenerate,
                    "The models share no ancestor: a mean of unrelated weights computes nothing."),
                new MethodForecast(
                    "passthrough",
                    MethodOutlook.Doubtful,
                    "Whole layers can be stacked, but their neighbours have never met them; the result wants training."),
            ];
        }

        return
        [
            new MethodForecast(
                "linear",
                MethodOutlook.Sensible,
                examination.HasBase ? "Relatives of one base average well; the first thing to compare with." : "Relatives average well; "
                    + "the first thing to compare with."),
            .. SphereForecasts.Of(examination),
            .. examination.HasBase
                ? TaskVectorForecasts.Of(examination).Concat(SelectionForecasts.Of(examination))
                : [new MethodForecast(
                    "task_arithmetic, ties, dare_linear, dare_ties, della, breadcrumbs, sce, ram, dfs, model_stock",
                    MethodOutlook.Impossible,
                    "They need the model that the others were fine-tuned from; name it with --base.")],
            new MethodForecast(
                "passthrough",
                MethodOutlook.Doubtful,
                "Layers of these models can replace each other; stacking more than there were usually costs quality without training."),
        ];
    }
}
