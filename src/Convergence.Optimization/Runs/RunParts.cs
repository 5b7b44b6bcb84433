using System.Text.Json.Nodes;
using Convergence.Evolution.Spaces;
using Convergence.Optimization.Calls.Spending;
using Convergence.Optimization.Scoring;
using Convergence.Optimization.Storage;
using Convergence.Optimization.Targets;

namespace Convergence.Optimization.Runs;

/// <summary>What a run works with, made from its configuration.</summary>
public sealed record RunParts
{
    public required SearchSpace Space { get; init; }

    /// <value>The parameters of a configuration as the API is given them.</value>
    public required Func<Evolution.Spaces.Configuration, JsonObject> ParametersOf { get; init; }

    /// <value>The configuration of parameters; <see langword="null"/> for those that lie outside the space.</value>
    public required Func<JsonObject, Evolution.Spaces.Configuration?> ConfigurationOf { get; init; }

    public required ICallTarget Target { get; init; }

    /// <value>One for each metric, by its name.</value>
    public required IReadOnlyDictionary<string, IMetricScorer> Scorers { get; init; }

    /// <value>What paid calls are booked in; the target's and the judges'.</value>
    public required SpendLedger Ledger { get; init; }

    public required TimeProvider Time { get; init; }

    /// <value>The history across runs; <see langword="null"/> (default): none.</value>
    public ILegacyStore? Legacy { get; init; }

    /// <value>The history's session; needed with <see cref="Legacy"/>.</value>
    public LegacySession? Session { get; init; }
}
