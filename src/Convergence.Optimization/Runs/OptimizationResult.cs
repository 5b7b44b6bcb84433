using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Convergence.Optimization.Runs;

/// <summary>What a run found.</summary>
public sealed record OptimizationResult
{
    /// <value><c>{api}_{unix seconds}_{8 hex digits}</c>.</value>
    public required string RunId { get; init; }

    public required DateTimeOffset Timestamp { get; init; }

    public required string ApiName { get; init; }

    /// <value>All configurations, in the order of asking.</value>
    public required ImmutableArray<ConfigurationOutcome> Configurations { get; init; }

    /// <value>The winner; <see langword="null"/> when no configuration could be scored.</value>
    public ConfigurationOutcome? Best { get; init; }

    /// <value>The best that no other beats in all metrics, where several objectives were searched as a front; else empty.</value>
    public ImmutableArray<ConfigurationOutcome> Front { get; init; } = [];

    /// <value>The share of the unit cube of metrics that the front covers; <see langword="null"/> without a front.</value>
    public double? Hypervolume { get; init; }

    /// <value>What the winner's score is worth once its selection is reckoned with; <see langword="null"/> without a winner.</value>
    public CorrectedScore? Estimate { get; init; }

    /// <value>The advice; <see langword="null"/> without a baseline or a winner.</value>
    public Verdict? Verdict { get; init; }

    public required int GenerationsRun { get; init; }

    public required string StopReason { get; init; }

    /// <value>
    /// Whether calls that failed cut the run short (an outage, refused credentials, an exhausted quota): the same command goes on with it.
    /// Default: no.
    /// </value>
    public bool IsCutShort { get; init; }

    public required SpendSummary Spent { get; init; }

    /// <value>What a reader should know: what was off, what failed, what was dropped.</value>
    public ImmutableArray<string> Notes { get; init; } = [];

    public JsonObject? BestParameters => Best?.Parameters;
}
