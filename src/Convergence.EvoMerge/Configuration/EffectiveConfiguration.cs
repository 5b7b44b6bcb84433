using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Convergence.Foundation.Text;

namespace Convergence.EvoMerge.Configuration;

/// <summary>The configuration that a run uses, defaults included, under the keys of the configuration file.</summary>
public static class EffectiveConfiguration
{
    /// <summary>
    /// Keys that may differ between a run and its resumption: where files lie (models and tasks are compared by content), how work is
    /// spread, how often it is saved, and where it stops. Of the device only the kind may not (<c>ResumedDevice</c>).
    /// </summary>
    public static ImmutableHashSet<string> FreeToChange { get; } =
    [
        "name", "base", "models", "specializations", "tasks", "out", "checkpoints", "generations", "enable_parallel", "num_workers",
        "enable_caching", "device", "checkpoint_interval", "checkpoint_keep", "budget", "batch_tokens", "early_stopping",
        "convergence_threshold", "convergence_patience",
    ];

    /// <summary>Every key with its value.</summary>
    public static JsonObject Of(EvoMergeConfig config) => new()
    {
        ["name"] = config.Name,
        ["seed"] = config.Seed,
        ["base"] = config.Base,
        ["models"] = List(config.Models),
        ["specializations"] = List(config.Specializations),
        ["tasks"] = Tasks(config),
        ["out"] = config.Out,
        ["checkpoints"] = config.Checkpoints,
        ["generations"] = config.Generations,
        ["population_size"] = config.PopulationSize,
        ["elite_size"] = config.EliteSize,
        ["tournament_size"] = config.TournamentSize,
        ["mutation_rate"] = config.MutationRate,
        ["mutation_strength"] = config.MutationStrength,
        ["crossover_rate"] = config.CrossoverRate,
        ["adaptive_mutation"] = config.AdaptiveMutation,
        ["technique_bandit"] = config.TechniqueBandit,
        ["model_assistance"] = config.ModelAssistance,
        ["techniques"] = List(config.Techniques.Select(EnumNames.Of)),
        ["fitness_weights"] = Weights(config.FitnessWeights),
        ["convergence_threshold"] = config.ConvergenceThreshold,
        ["convergence_patience"] = config.ConvergencePatience,
        ["early_stopping"] = config.EarlyStopping,
        ["diversity_weight"] = config.DiversityWeight,
        ["min_diversity"] = config.MinDiversity,
        ["enable_parallel"] = config.EnableParallel,
        ["num_workers"] = config.NumWorkers,
        ["enable_caching"] = config.EnableCaching,
        ["device"] = config.Device.ToString(),
        ["mixed_precision"] = config.MixedPrecision == MixedPrecision.Tf32 ? "tf32" : config.MixedPrecision == MixedPrecision.True,
        ["checkpoint_interval"] = config.CheckpointInterval,
        ["checkpoint_keep"] = config.CheckpointKeep,
        ["speed"] = EnumNames.Of(config.Speed),
        ["budget"] = new JsonObject { ["evaluations"] = config.Budget.Evaluations, ["minutes"] = config.Budget.Minutes },
        ["layer_groups"] = config.LayerGroups,
        ["layers"] = new JsonObject { ["min"] = config.MinLayers, ["max"] = config.MaxLayers },
        ["finalists"] = config.Finalists,
        ["batch_tokens"] = config.BatchTokens,
    };

    private static JsonObject Tasks(EvoMergeConfig config) => new()
    {
        ["search"] = Sources(config.Tasks.Search),
        ["validation"] = Sources(config.Tasks.Validation),
        ["test"] = Sources(config.Tasks.Test),
    };

    private static JsonObject Weights(FitnessWeights weights) => new()
    {
        ["perplexity"] = weights.Perplexity,
        ["accuracy"] = weights.Accuracy,
        ["speed"] = weights.Speed,
        ["memory"] = weights.Memory,
    };

    private static JsonArray Sources(ImmutableArray<TaskSource> sources) =>
        List(sources.Select(source => source.Path ?? source.Inline ?? ""));

    private static JsonArray List(IEnumerable<string> texts) => [.. texts.Select(text => JsonValue.Create(text))];
}
