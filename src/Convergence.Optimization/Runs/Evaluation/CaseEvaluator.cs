using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Convergence.Optimization.Calls;
using Convergence.Optimization.Calls.Recording;
using Convergence.Optimization.Calls.Spending;
using Convergence.Optimization.Evaluators;
using Convergence.Optimization.Scoring;
using Convergence.Optimization.Targets;
using Convergence.Optimization.TestCases;

namespace Convergence.Optimization.Runs.Evaluation;

/// <summary>
/// Calls a configuration for a case and scores the answers. What fails is missing: it ends no run and counts as no 0.
/// Safe for use by many tasks.
/// </summary>
/// <param name="target">What is called.</param>
/// <param name="metrics">The metrics with their weights and what finds them.</param>
/// <param name="repeats">How often each case is called, from 1.</param>
internal sealed class CaseEvaluator(ICallTarget target, ImmutableArray<MetricScorer> metrics, int repeats)
{
    private readonly double _totalWeight = metrics.Sum(metric => metric.Metric.Weight);

    /// <summary>Calls and scores all repetitions of a case.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="CassetteException">An answer could not be kept: to go on would be to pay for answers that are lost.</exception>
    public async Task<CaseResult> EvaluateAsync(
        JsonObject parameters, TestCase testCase, bool isHeldOut, CancellationToken cancellation)
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, repeats).Select(repetition =>
            CallAsync(new CaseOutcome
            {
                TestCaseId = testCase.Id,
                Repetition = repetition,
                Input = testCase.Input,
                IsHeldOut = isHeldOut,
            }, parameters, testCase, cancellation))).ConfigureAwait(false);
        return new CaseResult(
            [.. outcomes.Select(outcome => outcome.Call).OfType<CaseCall>()],
            outcomes.Select(outcome => outcome.Exhausted).FirstOrDefault(exhausted => exhausted is not null));
    }

    private async Task<(CaseCall? Call, string? Exhausted)> CallAsync(
        CaseOutcome blank, JsonObject parameters, TestCase testCase, CancellationToken cancellation)
    {
        try
        {
            // On a thread of its own: a local function may compute for long before it first waits.
            var answer = await Task.Run(
                () => target.CallAsync(parameters, testCase, blank.Repetition, cancellation), cancellation).ConfigureAwait(false);
            var called = blank with
            {
                Response = answer.Answer.Body,
                ResponseText = ResponseText.Of(answer.Result),
                LatencyMilliseconds = answer.Answer.Latency.TotalMilliseconds,
                CostUsd = answer.CostUsd,
                Error = answer.Answer.Failure?.Message,
            };
            var scored = answer.Answer.IsSuccess
                ? await ScoreAsync(called, new ScoredCall(testCase, parameters, answer), cancellation).ConfigureAwait(false)
                : called;
            return (new CaseCall(scored, answer.Answer.Failure?.Kind, answer.Spent, answer.IsReplayed), null);
        }
        catch (BudgetExhaustedException exception)
        {
            return (null, exception.Message);
        }
        catch (ConvergenceException exception) when (exception is not CassetteException)
        {
            // It cannot be written as a call: nothing was sent.
            return (new CaseCall(blank with { Error = exception.Message }, CallFailureKind.Rejected, default, false), null);
        }
    }

    private async Task<CaseOutcome> ScoreAsync(CaseOutcome called, ScoredCall scored, CancellationToken cancellation)
    {
        var scores = ImmutableSortedDictionary.CreateBuilder<string, double>(StringComparer.Ordinal);
        var error = default(string);
        var isWhole = true;
        foreach (var (metric, scorer) in metrics)
        {
            try
            {
                var score = await scorer.ScoreAsync(scored, cancellation).ConfigureAwait(false);
                scores[metric.Name] = double.IsFinite(score)
                    ? Math.Clamp(score, 0, 1)
                    : throw new EvaluatorException("the evaluator gave no finite number.");
            }
            catch (ConvergenceException exception) when (exception is not (BudgetExhaustedException or CassetteException))
            {
                error ??= $"{metric.Name}: {exception.Message}";
                isWhole &= metric.Weight == 0;
            }
        }

        return called with { Metrics = scores.ToImmutable(), Score = isWhole ? Aggregate(scores) : null, Error = isWhole ? null : error };
    }

    private double Aggregate(ImmutableSortedDictionary<string, double>.Builder scores) => _totalWeight > 0
        ? metrics.Where(scored => scored.Metric.Weight > 0).Sum(scored => scored.Metric.Weight * scores[scored.Metric.Name]) / _totalWeight
        : scores.Values.DefaultIfEmpty(0).Average();
}
