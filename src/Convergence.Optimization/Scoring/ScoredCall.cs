using System.Text.Json.Nodes;
using Convergence.Optimization.Evaluators;
using Convergence.Optimization.Targets;
using Convergence.Optimization.TestCases;

namespace Convergence.Optimization.Scoring;

/// <summary>A call that succeeded, as scorers see it.</summary>
/// <param name="TestCase">What was asked.</param>
/// <param name="Parameters">The configuration.</param>
/// <param name="Answer">What came back.</param>
public sealed record ScoredCall(TestCase TestCase, JsonObject Parameters, TargetAnswer Answer)
{
    /// <summary>The call as evaluators see it.</summary>
    public EvaluatorInput Input { get; } = new(Answer.Result, new Expectation(TestCase.Expected), Parameters)
    {
        LatencyMilliseconds = Answer.Answer.Latency.TotalMilliseconds,
        CostUsd = Answer.CostUsd,
    };
}
