using System.Globalization;
using System.Text;
using Convergence.Optimization.Results.Importance;
using Convergence.Optimization.Runs;
using Convergence.Reporting;

namespace Convergence.Optimization.Results.Files;

/// <summary><c>report.md</c>: what the run found, with the sections of the original's report and what it lacked.</summary>
internal static class MarkdownReport
{
    private const int SampleCount = 3;
    private const int SampleLength = 200;

    public static string Render(OptimizationResult result, ReportSettings settings)
    {
        var text = new StringBuilder();
        text.Append($"# Optimization of {Markdown.Escape(result.ApiName)}\n\n");
        text.AppendJoin(string.Empty, ResultFindings.Of(result).Select(sentence => $"{Markdown.Escape(sentence)}\n\n"));
        AppendGuide(text);
        AppendConfiguration(text, result, settings);
        AppendResults(text, result);
        text.Append("\n## Best Configuration\n\n").Append(Markdown.Fenced("json", ReadableJson.Of(result.BestParameters)));
        AppendImportance(text, ParameterImportance.Of(result.Configurations, settings.LogarithmicParameters));
        AppendNotes(text, result);
        text.Append("\n## Detailed Results by Configuration\n");
        foreach (var outcome in result.Configurations)
        {
            AppendOutcome(text, outcome, settings.SavesAllExperiments);
        }

        return text.ToString();
    }

    private static void AppendGuide(StringBuilder text) => text.Append("""
        ## How to read this

        A *configuration* is one choice of all parameters; its *score* is the weighted mean of the metrics over the test cases, from 0
        (worst) to 1 (best). A *generation* is one round of the search. A score where the configuration was chosen is flattered by the
        choice: go by the corrected one, and by the verdict.

        | score | |
        |---|---|
        | 0.9 and above | Excellent |
        | 0.8 to 0.9 | Good |
        | 0.7 to 0.8 | Fair |
        | below 0.7 | Poor |

        """);

    private static void AppendConfiguration(StringBuilder text, OptimizationResult result, ReportSettings settings)
    {
        var metrics = settings.Metrics.Select(metric => $"{metric.Name} {ReadableText.Fixed(metric.Weight, "0.###")}");
        text.Append("\n## Configuration\n\n")
            .Append($"- **API**: {Markdown.Escape(result.ApiName)}\n")
            .Append($"- **Endpoint**: {Markdown.Escape(settings.Endpoint)}\n")
            .Append(CultureInfo.InvariantCulture, $"- **Parameters Optimized**: {settings.Parameters.Length}\n")
            .Append($"- **Metrics and weights**: {Markdown.Escape(string.Join(", ", metrics))}\n");
    }

    private static void AppendResults(StringBuilder text, OptimizationResult result)
    {
        text.Append("\n## Results\n\n")
            .Append($"- **Best Score**: {ResultText.Score(result.Best?.Score)} ({ResultText.Rating(result.Best?.Score)})\n");
        if (result.Estimate is { } estimate)
        {
            text.Append($"- **Corrected for its selection, with 95 % interval**: {ResultText.Estimate(estimate)}\n");
            if (estimate.HeldOutMean is { } heldOut)
            {
                text.Append($"- **On held-out cases**: {ResultText.Score(heldOut)}\n");
            }
        }

        text.Append(CultureInfo.InvariantCulture, $"- **Generations Run**: {result.GenerationsRun}\n")
            .Append(CultureInfo.InvariantCulture, $"- **Total Experiments**: {result.Configurations.Length}\n")
            .Append($"- **Spent**: {ResultText.Spent(result.Spent)}\n")
            .Append($"- **Why it ended**: {Markdown.Escape(result.StopReason)}\n")
            .Append($"- **Timestamp**: {PythonTime.Of(result.Timestamp)}Z\n")
            .Append($"- **Run**: {Markdown.Escape(result.RunId)}\n");
    }

    private static void AppendImportance(StringBuilder text, ParameterImportance? importance)
    {
        if (importance is null)
        {
            return;
        }

        text.Append("\n## Parameter Importance\n\n| parameter | share of the variance of scores |\n|---|---:|\n");
        foreach (var parameter in importance.Parameters)
        {
            text.Append($"| {Markdown.Escape(parameter.Name)} | {ReadableText.Percent(parameter.Share)} |\n");
        }

        text.Append($"| combinations of parameters | {ReadableText.Percent(importance.Interactions)} |\n");
    }

    private static void AppendNotes(StringBuilder text, OptimizationResult result)
    {
        if (!result.Notes.IsEmpty)
        {
            text.Append("\n## Notes\n\n").AppendJoin(string.Empty, result.Notes.Select(note => $"- {Markdown.Escape(note)}\n"));
        }
    }

    private static void AppendOutcome(StringBuilder text, ConfigurationOutcome outcome, bool withAnswers)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n### Configuration {outcome.Id + 1}\n\n")
            .Append($"**Parameters**: {Markdown.Escape(ResultText.Parameters(outcome))}\n\n")
            .Append($"**Overall Score**: {ResultText.Score(outcome.Score)}, ")
            .Append(CultureInfo.InvariantCulture, $"generation {outcome.Generation}, ")
            .Append($"proposed by {Markdown.Escape(outcome.Origin)}{(outcome.IsPruned ? ", given up early" : "")}\n\n");
        if (outcome.Error is { } error)
        {
            text.Append($"**Error**: {Markdown.Escape(error)}\n");
        }

        if (outcome.Cases.IsEmpty)
        {
            return;
        }

        text.Append("| Test Case | Score | Latency (ms) | Cost ($) | Status |\n|---|---:|---:|---:|---|\n");
        foreach (var call in outcome.Cases)
        {
            text.Append($"| {Markdown.Escape(call.TestCaseId)} | {ResultText.Score(call.Score)} ")
                .Append($"| {ReadableText.Fixed(call.LatencyMilliseconds, "0.0")} ")
                .Append($"| {ReadableText.Fixed(call.CostUsd ?? double.NaN, "0.000000")} | {Status(call)} |\n");
        }

        if (withAnswers)
        {
            AppendSamples(text, outcome);
        }
    }

    private static string Status(CaseOutcome call) => call switch
    {
        { Error: { } error } => $"failed: {Markdown.Escape(ReadableText.Shorten(error, SampleLength))}",
        { IsHeldOut: true } => "ok, held out",
        _ => "ok",
    };

    private static void AppendSamples(StringBuilder text, ConfigurationOutcome outcome)
    {
        var samples = outcome.Cases.Where(call => call.ResponseText.Length > 0).Take(SampleCount).ToList();
        if (samples.Count > 0)
        {
            text.Append("\nSample responses:\n\n");
            text.AppendJoin(string.Empty, samples.Select(call =>
                $"- **{Markdown.Escape(call.TestCaseId)}**: {Markdown.Escape(ReadableText.Shorten(call.ResponseText, SampleLength))}\n"));
        }
    }
}
