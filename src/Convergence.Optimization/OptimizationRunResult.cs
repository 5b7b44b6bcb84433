using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Convergence.Optimization.Runs;
using Convergence.Optimization.Runs.Events;

namespace Convergence;

/// <summary>What <see cref="Run"/> gives, in the shape of the Python SDK's answer.</summary>
public sealed record OptimizationRunResult
{
    /// <value>Whether the run has ended and found something.</value>
    [JsonPropertyName("success")]
    public required bool Success { get; init; }

    /// <value>
    /// The parameters of the winner; of a run that failing calls cut short, the best so far. <see langword="null"/> without one.
    /// </value>
    [JsonPropertyName("best_config")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonObject? BestConfig { get; init; }

    /// <value>From 0 to 1, as measured; what it is worth says <see cref="OptimizationResult.Estimate"/>.</value>
    [JsonPropertyName("best_score")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? BestScore { get; init; }

    [JsonPropertyName("configs_generated")]
    public int ConfigsGenerated { get; init; }

    /// <value>Those that were scored and are written down.</value>
    [JsonPropertyName("configs_saved")]
    public int ConfigsSaved { get; init; }

    [JsonPropertyName("generations_run")]
    public int GenerationsRun { get; init; }

    /// <value><c>{api}_{unix seconds}_{8 hexadecimal digits}</c>; <see langword="null"/> when no run began.</value>
    [JsonPropertyName("optimization_run_id")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? OptimizationRunId { get; init; }

    /// <value>ISO 8601, UTC.</value>
    [JsonPropertyName("timestamp")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Timestamp { get; init; }

    /// <value>What happened, as one line each: generations, notes and the end.</value>
    [JsonPropertyName("events")]
    public ImmutableArray<string> Events { get; init; } = [];

    /// <value>Why there is no success, with the cure; <see langword="null"/> otherwise.</value>
    [JsonPropertyName("error")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Error { get; init; }

    /// <value>Everything that was found; <see langword="null"/> when no run began.</value>
    [JsonIgnore]
    public OptimizationResult? Details { get; init; }

    internal static OptimizationRunResult Of(OptimizationResult result, ImmutableArray<string> events) => new()
    {
        Success = result.Best is not null && !result.IsCutShort,
        BestConfig = result.BestParameters,
        BestScore = result.Best?.Score,
        ConfigsGenerated = result.Configurations.Length,
        ConfigsSaved = result.Configurations.Count(outcome => outcome.Score is not null),
        GenerationsRun = result.GenerationsRun,
        OptimizationRunId = result.RunId,
        Timestamp = result.Timestamp.UtcDateTime.ToString("s", CultureInfo.InvariantCulture),
        Events = events,
        Error = result.Best is null ? ErrorOf(result) : result.IsCutShort ? result.StopReason : null,
        Details = result,
    };

    internal static OptimizationRunResult Failed(string error) => new() { Success = false, Error = error };

    /// <summary>An event as a line; <see langword="null"/> for those that come with every call.</summary>
    internal static string? LineOf(OptimizationEvent happened) => happened switch
    {
        RunStarted started => string.Create(CultureInfo.InvariantCulture, $"run {started.RunId} started"),
        GenerationFinished ended => string.Create(
            CultureInfo.InvariantCulture, $"generation {ended.Generation} of {ended.Of}: best {ended.BestScore:0.####}"),
        Noted noted => noted.Message,
        RunFinished finished => finished.Result.StopReason,
        _ => null,
    };

    private static string ErrorOf(OptimizationResult result)
    {
        var first = result.Configurations.Select(outcome => outcome.Error).FirstOrDefault(error => error is not null);
        return $"No configuration could be scored. {result.StopReason}{(first is null ? "" : $" The first failure: {first}")}";
    }
}
