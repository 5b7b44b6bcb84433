using System.Collections.Immutable;
using Convergence.Foundation.Yaml;
using Convergence.Tensors.Devices;

namespace Convergence.EvoMerge.Configuration.Parsing;

/// <summary>The keys that say how to search.</summary>
internal static class SearchKeys
{
    private static readonly EvoMergeConfig Defaults = new()
    {
        SourceName = "",
        Name = "",
        Models = [],
        Specializations = [],
        Tasks = new TaskSplits([], [], []),
        Out = "",
        Checkpoints = "",
    };

    /// <summary>Adds the search's keys to a job.</summary>
    public static EvoMergeConfig Read(YamlSection root, EvoMergeConfig job) =>
        ReadResources(root, ReadEvolution(root, job));

    private static EvoMergeConfig ReadEvolution(YamlSection root, EvoMergeConfig job)
    {
        var population = root.Integer("population_size", Defaults.PopulationSize, 2, 10_000);
        return job with
        {
            Generations = root.Integer("generations", Defaults.Generations, 1, 100_000),
            PopulationSize = population,

            // Defaults that a small population cannot hold shrink with it; values that were written down are checked as they are.
            EliteSize = root.Integer("elite_size", Math.Min(Defaults.EliteSize, population - 1), 0, population - 1),
            TournamentSize = root.Integer("tournament_size", Math.Min(Defaults.TournamentSize, population), 1, population),
            MutationRate = root.Number("mutation_rate", Defaults.MutationRate, 0, 1),
            MutationStrength = root.Number("mutation_strength", Defaults.MutationStrength, 0, 1, minAllowed: false),
            CrossoverRate = root.Number("crossover_rate", Defaults.CrossoverRate, 0, 1),
            AdaptiveMutation = root.Flag("adaptive_mutation", Defaults.AdaptiveMutation),
            TechniqueBandit = root.Flag("technique_bandit", Defaults.TechniqueBandit),
            ModelAssistance = root.Flag("model_assistance", Defaults.ModelAssistance),
            Techniques = ReadTechniques(root),
            FitnessWeights = ReadFitnessWeights(root),
            ConvergenceThreshold = root.Number("convergence_threshold", Defaults.ConvergenceThreshold, 0, double.PositiveInfinity),
            ConvergencePatience = root.Integer("convergence_patience", Defaults.ConvergencePatience, 1, 100_000),
            EarlyStopping = root.Flag("early_stopping", Defaults.EarlyStopping),
            DiversityWeight = root.Number("diversity_weight", Defaults.DiversityWeight, 0, 1),
            MinDiversity = root.Number("min_diversity", Defaults.MinDiversity, 0, 1),
            LayerGroups = root.Integer("layer_groups", Defaults.LayerGroups, 1, 16),
            Finalists = root.Integer("finalists", Defaults.Finalists, 1, 100),
        };
    }

    private static EvoMergeConfig ReadResources(YamlSection root, EvoMergeConfig config)
    {
        RejectGradientCheckpointing(root);
        var layers = root.Section("layers");
        var budget = root.Section("budget");
        config = config with
        {
            EnableParallel = root.Flag("enable_parallel", Defaults.EnableParallel),
            NumWorkers = root.Integer("num_workers", Defaults.NumWorkers, 1, 256),
            EnableCaching = root.Flag("enable_caching", Defaults.EnableCaching),
            Device = ReadDevice(root),
            MixedPrecision = root.Choice("mixed_precision", Defaults.MixedPrecision),
            CheckpointInterval = root.Integer("checkpoint_interval", Defaults.CheckpointInterval, 1, 100_000),
            CheckpointKeep = root.Integer("checkpoint_keep", Defaults.CheckpointKeep, 1, 1_000),
            Speed = root.Choice("speed", Defaults.Speed),
            BatchTokens = root.Integer("batch_tokens", Defaults.BatchTokens, 16, 1 << 20),
            MinLayers = layers.OptionalInteger("min", 1, 1_000),
            MaxLayers = layers.OptionalInteger("max", 1, 1_000),
            Budget = new RunBudget(
                budget.OptionalInteger("evaluations", 1, int.MaxValue),
                budget.OptionalNumber("minutes", 0, double.PositiveInfinity, minAllowed: false)),
        };
        layers.ReportUnknownKeys();
        budget.ReportUnknownKeys();
        return config;
    }

    private static ImmutableArray<MergeTechnique> ReadTechniques(YamlSection root)
    {
        if (root.TextList("techniques") is not { } names)
        {
            return Defaults.Techniques;
        }

        if (names.IsEmpty)
        {
            root.Fail("techniques", "is empty; name at least one.");
        }

        var techniques = ImmutableArray.CreateBuilder<MergeTechnique>();
        foreach (var name in names)
        {
            if (root.ParseChoice<MergeTechnique>("techniques", name) is not { } technique)
            {
                continue;
            }

            if (techniques.Contains(technique))
            {
                root.Fail("techniques", $"'{name}' is listed twice.");
            }

            techniques.Add(technique);
        }

        return techniques.Count == 0 ? Defaults.Techniques : techniques.ToImmutable();
    }

    private static FitnessWeights ReadFitnessWeights(YamlSection root)
    {
        // An objective that is not named keeps its default only when none is named: half a set of weights is not what its writer meant.
        var errorCount = root.ErrorCount;
        var section = root.Section("fitness_weights");
        var defaults = root.Has("fitness_weights") ? new FitnessWeights(0, 0, 0, 0) : Defaults.FitnessWeights;
        var weights = new FitnessWeights(
            section.Number("perplexity", defaults.Perplexity, 0, 1e6),
            section.Number("accuracy", defaults.Accuracy, 0, 1e6),
            section.Number("speed", defaults.Speed, 0, 1e6),
            section.Number("memory", defaults.Memory, 0, 1e6));
        section.ReportUnknownKeys();

        // Weights that could not be read stand in as 0, of which nobody wrote the sum.
        if (weights.Sum <= 0 && root.ErrorCount == errorCount)
        {
            root.Fail("fitness_weights", "the weights sum to 0; at least one of perplexity, accuracy, speed and memory must be above 0.");
        }

        return weights;
    }

    private static DeviceRequest ReadDevice(YamlSection root)
    {
        if (root.Text("device") is not { } text)
        {
            return Defaults.Device;
        }

        if (DeviceRequest.Parse(text) is { } device)
        {
            return device;
        }

        root.Fail("device", $"'{text}' is no device. There are {DeviceRequest.Choices}.");
        return Defaults.Device;
    }

    private static void RejectGradientCheckpointing(YamlSection root)
    {
        if (root.Text("gradient_checkpointing") is not null)
        {
            root.Fail(
                "gradient_checkpointing",
                "it trades memory for time in training; merging and scoring compute no gradients. "
                + "Remove the key; to use less memory lower num_workers or batch_tokens.");
        }
    }
}
