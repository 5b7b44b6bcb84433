using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Convergence.Optimization.Adapters;
using Convergence.Optimization.Calls.Sending;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.Evaluators;
using Convergence.Optimization.Targets;

namespace Convergence.Optimization.Scoring.Judging;

/// <summary>
/// A model that grades answers by a rubric, as often as the configuration says, and, where the test case has a reference answer, beside
/// it in both places, so that a liking for the first text does not count. Its calls are paid and recorded like all others.
/// </summary>
internal sealed class LlmJudge
{
    // A verdict that cannot be read is asked for once more.
    private const int AskedAgain = 1_000_000;

    private const int MaxShownLength = 200;

    private static readonly string[] Places = ["first", "second"];

    private readonly JudgeConfig _config;
    private readonly ApiTarget _target;
    private readonly IApiAdapter _adapter;
    private readonly ApiCaller _caller;
    private readonly CallCosts _costs;

    /// <param name="config">The judge.</param>
    /// <param name="caller">Sends.</param>
    /// <param name="costs">Reckons.</param>
    public LlmJudge(JudgeConfig config, ApiCaller caller, CallCosts costs)
    {
        _config = config;
        _target = new ApiTarget(config.Endpoint, HttpMethod.Post, ImmutableSortedDictionary<string, string>.Empty);
        _adapter = AdapterChoice.Create(config.Adapter == AdapterKind.Auto ? AdapterChoice.OfAddress(config.Endpoint) : config.Adapter);
        _caller = caller;
        _costs = costs;
    }

    /// <summary>Grades an answer.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="scored">The answer.</param>
    /// <param name="noise">Learns how judgements differ.</param>
    /// <param name="cancellation">Ends judging.</param>
    /// <returns>The mean of the judgements that could be read, from 0 to 1.</returns>
    /// <exception cref="EvaluatorException">None could.</exception>
    public async Task<double> ScoreAsync(
        MetricConfig metric, ScoredCall scored, JudgeNoiseMeter noise, CancellationToken cancellation)
    {
        var answer = scored.Input.Text;
        var reference = _config.SwapsPositions && ExpectedAnswer.Find(scored.TestCase) is not null
            ? ExpectedAnswer.TextOf(scored.TestCase)
            : null;
        var problems = new List<string>();
        var scores = new List<double>();
        for (var repetition = 0; repetition < _config.Repeats; repetition++)
        {
            if (reference is null)
            {
                var single = JudgePrompt.Single(metric.Rubric, scored.TestCase, answer);
                Gather(await AskAsync(single, ["score"], repetition, problems, cancellation).ConfigureAwait(false), 0);
                continue;
            }

            var before = JudgePrompt.Pair(metric.Rubric, scored.TestCase, answer, reference);
            var behind = JudgePrompt.Pair(metric.Rubric, scored.TestCase, reference, answer);
            var first = await AskAsync(before, Places, repetition, problems, cancellation).ConfigureAwait(false);
            var second = await AskAsync(behind, Places, repetition, problems, cancellation).ConfigureAwait(false);
            Gather(first, 0);
            Gather(second, 1);
            if (first is not null && second is not null)
            {
                noise.AddExchange(first[0], second[1]);
                noise.AddExchange(second[0], first[1]);
            }
        }

        if (scores.Count == 0)
        {
            throw new EvaluatorException($"test case {scored.TestCase.Id}: the judge {_config.Model}: {problems[^1]}");
        }

        noise.Add(scores);
        return scores.Average();

        void Gather(double[]? grades, int place)
        {
            if (grades is not null)
            {
                scores.Add(grades[place]);
            }
        }
    }

    /// <summary>Grades two texts beside each other, in this order.</summary>
    /// <returns>Both grades from 0 to 1; <see langword="null"/> where the verdict cannot be read.</returns>
    public async Task<(double First, double Second)?> CompareAsync(
        MetricConfig metric, TestCases.TestCase testCase, string first, string second, CancellationToken cancellation)
    {
        var pair = JudgePrompt.Pair(metric.Rubric, testCase, first, second);
        var grades = await AskAsync(pair, Places, 0, [], cancellation).ConfigureAwait(false);
        return grades is [var before, var behind] ? (before, behind) : null;
    }

    /// <summary>How many calls one answer takes, and what one of them costs at most.</summary>
    public (int Calls, CallForecast Each) Forecast(MetricConfig metric, TestCases.TestCase testCase, int answerLength)
    {
        var answer = new string('x', answerLength);
        var isPair = _config.SwapsPositions && ExpectedAnswer.Find(testCase) is not null;
        var prompt = isPair
            ? JudgePrompt.Pair(metric.Rubric, testCase, answer, ExpectedAnswer.TextOf(testCase))
            : JudgePrompt.Single(metric.Rubric, testCase, answer);
        return (_config.Repeats * (isPair ? 2 : 1), _costs.Forecast(_adapter.Write(_target, prompt, Parameters())));
    }

    private async Task<double[]?> AskAsync(
        JsonObject prompt, string[] keys, int repetition, List<string> problems, CancellationToken cancellation)
    {
        foreach (var asked in (int[])[repetition, repetition + AskedAgain])
        {
            var request = _adapter.Write(_target, prompt, Parameters()) with { Repetition = asked };
            var forecast = _costs.Forecast(request);
            var recorded = await _caller.CallAsync(request, forecast.Most, _costs.PriceOf(request), cancellation).ConfigureAwait(false);
            if (recorded.Answer.Failure is { } failure)
            {
                problems.Add(failure.Message);
                return null;
            }

            var text = ResponseText.Of(_adapter.Read(recorded.Answer.Body));
            if (JudgeVerdict.Read(text, keys) is { } grades)
            {
                return grades;
            }

            var shown = text.Length > MaxShownLength ? $"{text[..MaxShownLength]}..." : text;
            problems.Add($"its verdict holds no {string.Join(" and ", keys)} from 0 to 10: {shown}");
        }

        return null;
    }

    private JsonObject Parameters() => new()
    {
        ["model"] = _config.Model,
        ["temperature"] = _config.Temperature,
        ["max_tokens"] = _config.MaxTokens,
    };
}
