using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Convergence.Optimization.Calls;
using Convergence.Optimization.Calls.Sending;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.Evaluators;
using Convergence.Optimization.Targets;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Scoring.Scorers;

/// <summary>
/// The cosine between the embeddings of the answer and of the expected one, by OpenAI's embeddings format; below 0 it is 0.
/// </summary>
/// <param name="config">The model.</param>
/// <param name="caller">Sends.</param>
/// <param name="costs">Reckons.</param>
internal sealed class EmbeddingScorer(EmbeddingConfig config, ApiCaller caller, CallCosts costs) : IMetricScorer
{
    public async ValueTask<double> ScoreAsync(ScoredCall scored, CancellationToken cancellation)
    {
        var request = RequestOf(scored.Input.Text, ExpectedAnswer.TextOf(scored.TestCase));
        var forecast = costs.Forecast(request, mostOutput: 0);
        var recorded = await caller.CallAsync(request, forecast.Most, costs.PriceOf(request), cancellation).ConfigureAwait(false);
        if (recorded.Answer.Failure is { } failure)
        {
            throw new EvaluatorException($"test case {scored.TestCase.Id}: {config.Model}: {failure.Message}");
        }

        var vectors = ((recorded.Answer.Body as JsonObject)?["data"] as JsonArray)?.OfType<JsonObject>()
            .OrderBy(item => JsonValues.Number(item["index"]) ?? 0)
            .Select(item => item["embedding"] as JsonArray ?? [])
            .Select(vector => vector.Select(number => JsonValues.Number(number) ?? double.NaN).ToArray())
            .ToList();
        if (vectors is not [{ Length: > 0 } answer, { Length: > 0 } expected] || answer.Length != expected.Length)
        {
            throw new EvaluatorException(
                $"{config.Endpoint}: the answer holds no two embeddings of one length. "
                + "Is it an embeddings endpoint of OpenAI's format?");
        }

        return Math.Max(0, Cosine(answer, expected));
    }

    /// <summary>What one answer costs at most.</summary>
    public CallForecast Forecast(TestCases.TestCase testCase, int answerLength) =>
        costs.Forecast(RequestOf(new string('x', answerLength), testCase.Expected.ToJsonString()), mostOutput: 0);

    private static double Cosine(double[] first, double[] second)
    {
        var dot = first.Zip(second, (x, y) => x * y).Sum();
        return dot / Math.Sqrt(first.Sum(x => x * x) * second.Sum(y => y * y));
    }

    private ApiRequest RequestOf(string answer, string expected) => new()
    {
        Method = HttpMethod.Post,
        Endpoint = new Uri(config.Endpoint),
        Headers = ImmutableSortedDictionary<string, string>.Empty,
        Body = new JsonObject { ["model"] = config.Model, ["input"] = new JsonArray(answer, expected) },
        Model = config.Model,
    };
}
