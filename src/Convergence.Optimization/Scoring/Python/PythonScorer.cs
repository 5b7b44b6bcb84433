using System.Text.Json.Nodes;
using Convergence.Optimization.Evaluators;
using Convergence.Optimization.Processes;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Scoring.Python;

/// <summary>A metric of a user's own evaluator, which runs in a process of its own.</summary>
/// <param name="pool">Runs it.</param>
/// <param name="evaluator">What messages call it: <c>module.function</c>.</param>
/// <param name="metric">The metric that it is asked for; <see langword="null"/> for its aggregate.</param>
internal sealed class PythonScorer(LineProcessPool pool, string evaluator, string? metric) : IMetricScorer
{
    private static readonly string[] Aggregates = ["score", "overall", "total", "aggregate", "overall_score", "aggregate_score"];

    public async ValueTask<double> ScoreAsync(ScoredCall scored, CancellationToken cancellation)
    {
        JsonObject answer;
        try
        {
            answer = await pool.AskAsync(RequestOf(scored), cancellation).ConfigureAwait(false);
        }
        catch (LineProcessException exception)
        {
            throw new EvaluatorException($"{evaluator}: test case {scored.TestCase.Id}: {exception.Message}");
        }

        return answer["error"] is { } error
            ? throw new EvaluatorException($"{evaluator}: test case {scored.TestCase.Id}: {JsonValues.Text(error) ?? error.ToJsonString()}")
            : ValueOf(answer["value"]);
    }

    private JsonObject RequestOf(ScoredCall scored) => new()
    {
        ["result"] = scored.Answer.Result?.DeepClone(),
        ["expected"] = scored.TestCase.Expected.DeepClone(),
        ["params"] = scored.Parameters.DeepClone(),
        ["metric"] = metric,
        ["case"] = new JsonObject
        {
            ["id"] = scored.TestCase.Id,
            ["description"] = scored.TestCase.Description,
            ["input"] = scored.TestCase.Input.DeepClone(),
            ["expected"] = scored.TestCase.Expected.DeepClone(),
            ["metadata"] = scored.TestCase.Metadata.DeepClone(),
        },
    };

    private double ValueOf(JsonNode? value)
    {
        if (value is not JsonObject metrics)
        {
            return JsonValues.Number(value) ?? throw new EvaluatorException($"{evaluator}: gave no number.");
        }

        if (metric is not null)
        {
            return JsonValues.Number(metrics[metric]) ?? throw new EvaluatorException(
                $"{evaluator}: gave no metric \"{metric}\"; it gave {string.Join(", ", metrics.Select(entry => entry.Key))}.");
        }

        return Aggregates.Select(name => JsonValues.Number(metrics[name])).FirstOrDefault(number => number is not null)
            ?? (metrics.Count > 0
                ? metrics.Average(entry => JsonValues.Number(entry.Value) ?? 0)
                : throw new EvaluatorException($"{evaluator}: gave no metrics."));
    }
}
