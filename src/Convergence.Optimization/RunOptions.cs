using System.Text.Json.Nodes;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.Runs.Events;
using Convergence.Optimization.Scoring;
using Convergence.Optimization.Targets;

namespace Convergence;

/// <summary>What a program gives beside a configuration. All of it is optional.</summary>
public sealed record RunOptions
{
    /// <value>The function that is optimised in place of an API. Default: none.</value>
    public LocalFunction? Function { get; init; }

    /// <value>Scores the metrics that have no evaluator of their own. Default: what the configuration names.</value>
    public CustomEvaluator? Evaluator { get; init; }

    /// <value>Test cases for a configuration without any: a list, as in a test-case file. Default: the configuration's.</value>
    public JsonNode? TestCases { get; init; }

    /// <value>Is told what happens, in its order, by one thread at a time; it must be quick. Default: nobody.</value>
    public IProgress<OptimizationEvent>? Events { get; init; }

    /// <value>Whether to begin anew where a run of another configuration lies. Default: no.</value>
    public bool Restart { get; init; }

    /// <value>The clock. Default: the system's.</value>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <value>Makes the client of all calls, for so many connections at a time; its own timeout must be infinite. It is disposed of with
    /// the run. Default: one without redirections and cookies.</value>
    public Func<int, HttpClient>? CreateClient { get; init; }

    /// <value>Where keys, passwords and connection strings are. Default: the environment, and <c>.env</c> files beside the
    /// configuration.</value>
    public ISecrets? Secrets { get; init; }
}
