using System.Text.Json.Nodes;
using Convergence.Optimization.Calls.Spending;

namespace Convergence.Optimization.Configuration;

/// <summary>How to search (key <c>optimization</c>).</summary>
public sealed record SearchConfig
{
    /// <value>One of <c>mab_evolution</c> (default), <c>evolution</c>, <c>random</c>, <c>tpe</c>, <c>cma-es</c>, <c>nsga2</c>,
    /// <c>gaussian-process</c>, <c>trust-region</c>, <c>quasi-random</c>.</value>
    public string Algorithm { get; init; } = "mab_evolution";

    public EvolutionConfig Evolution { get; init; } = new();

    /// <value>The share of proposals drawn at random, in [0, 1]. Default 0.1.</value>
    public double ExplorationRate { get; init; } = .1;

    /// <value>How sure a race must be before it gives a configuration up, and the width of intervals, in (0, 1). Default 0.95.</value>
    public double ConfidenceLevel { get; init; } = .95;

    /// <value>The most evaluations in a generation; <see langword="null"/> (default): <see cref="EvolutionConfig.PopulationSize"/>.</value>
    public int? ExperimentsPerGeneration { get; init; }

    /// <value>Calls at a time, from 1. Default 5.</value>
    public int ParallelWorkers { get; init; } = 5;

    /// <value>How often a failed call is sent again, from 0. Default 3.</value>
    public int MaxRetries { get; init; } = 3;

    public double RetryDelaySeconds { get; init; } = 1;

    public EarlyStoppingConfig EarlyStopping { get; init; } = new();

    public SpendLimits Budget { get; init; } = new();

    /// <value>Whether poor configurations are given up before all cases are called. Default: yes.</value>
    public bool IsRacing { get; init; } = true;

    public ulong Seed { get; init; } = 1;

    /// <value>The configuration in use, which is evaluated first and with which the winner is compared. Default: none.</value>
    public JsonObject? Baseline { get; init; }
}
