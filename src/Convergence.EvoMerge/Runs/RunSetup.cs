using System.Collections.Immutable;
using Convergence.EvoMerge.Configuration;
using Convergence.EvoMerge.Fitness;
using Convergence.EvoMerge.Fitness.Evaluation;
using Convergence.EvoMerge.Genomes;
using Convergence.EvoMerge.Runs.Checkpoints;
using Convergence.Foundation.Configuration;
using Convergence.LanguageModels.Tokenizers;
using Convergence.Tensors;

namespace Convergence.EvoMerge.Runs;

/// <summary>Everything about a job that is fixed before its first evaluation.</summary>
internal sealed record RunSetup
{
    public required EvoMergeConfig Config { get; init; }

    public required RunModels Models { get; init; }

    public required SplitTasks Search { get; init; }

    public required SplitTasks Validation { get; init; }

    public required SplitTasks Test { get; init; }

    public required ObjectiveSelection Objectives { get; init; }

    public required MergeGenomeSpace Space { get; init; }

    /// <summary>The type of the merged weights; <see langword="null"/>: as the parents are stored.</summary>
    public required DType? OutDType { get; init; }

    /// <summary>Makes recipes that name the models.</summary>
    public required RecipeBuilder Recipes { get; init; }

    /// <summary>Makes recipes that name the models by content, for addresses.</summary>
    public required RecipeBuilder Addresses { get; init; }

    public required JobIdentity Identity { get; init; }

    /// <summary>What the setting-up has to say aloud.</summary>
    public required ImmutableArray<string> Notes { get; init; }

    /// <summary>What holds until the run is stopped, and is no news for one that goes on from a checkpoint.</summary>
    public ImmutableArray<string> SessionNotes { get; init; } = [];

    /// <summary>Opens and checks everything that a job names.</summary>
    /// <exception cref="ConvergenceException">Models or tasks cannot be used, or do not fit together.</exception>
    public static RunSetup Open(EvoMergeConfig config, ModelEvaluator evaluator)
    {
        var models = RunModels.Open(config, evaluator.Parents);

        // Asked here, a parent that cannot be scored is named before anything of the run is written.
        var contextLength = models.All.Min(name => evaluator.ShapeOf(name).MaxPositions);
        evaluator.Parents.EnsureFinite(evaluator.Device, models.All);
        var tokenizer = ModelTokenizer.FromDirectory(evaluator.Parents.Get(models.Base ?? models.Specialists[0]).Directory!);
        var splits = config.Tasks.All.Select(split => SplitTasks.Prepare(split.Name, split.Sources, tokenizer, contextLength)).ToList();
        SplitOverlap.Refuse(splits);
        var space = SpaceOf(config, models);
        var objectives = SelectObjectives(config, splits, space.Layers);
        var outDType = config.MixedPrecision.StoredType();
        return new RunSetup
        {
            Config = config,
            Models = models,
            Search = splits[0],
            Validation = splits[1],
            Test = splits[2],
            Objectives = objectives,
            Space = space,
            OutDType = outDType,
            Recipes = new RecipeBuilder(space, models.Specialists, models.Base, outDType),
            Addresses = AddressBuilder(space, models, outDType),
            Identity = IdentityOf(config, models, splits),
            Notes = [.. objectives.Notes, .. TokenizerNotes(models, evaluator)],
        };
    }

    private static MergeGenomeSpace SpaceOf(EvoMergeConfig config, RunModels models)
    {
        var layout = new GeneLayout(models.Specialists.Length, models.Base is not null, Math.Min(config.LayerGroups, models.LayerCount));
        var bounds = config.Techniques.Contains(MergeTechnique.FrankenMerge)
            ? new LayerBounds(models.LayerCount, config.MinLayers ?? models.LayerCount, config.MaxLayers ?? models.LayerCount)
            : new LayerBounds(models.LayerCount, models.LayerCount, models.LayerCount);
        return bounds.Min <= bounds.Max
            ? new MergeGenomeSpace(config.Techniques, layout, bounds)
            : throw new ConfigurationException(
                config.SourceName,
                [
                    $"layers: min is {bounds.Min} and max is {bounds.Max}, "
                    + $"where the parents' {models.LayerCount} layers stand in for what is not given. "
                    + "Give both.",
                ]);
    }

    private static ObjectiveSelection SelectObjectives(EvoMergeConfig config, List<SplitTasks> splits, LayerBounds layers)
    {
        var shapesDiffer = layers.Min != layers.Max || layers.Min != layers.ParentCount;
        var selection = ObjectiveSelection.Of(config.FitnessWeights, splits[0].HasPerplexity, splits[0].HasAccuracy, shapesDiffer)
            ?? throw new ConfigurationException(
                config.SourceName,
                [
                    "fitness_weights: no objective with a weight can move in this run: "
                    + "the search split has no task for it, or all candidates "
                    + "have one shape. Weigh perplexity or accuracy and give the search split such a task.",
                ]);
        foreach (var split in splits.Skip(1))
        {
            if ((selection.Weights.Perplexity > 0 && !split.HasPerplexity) || (selection.Weights.Accuracy > 0 && !split.HasAccuracy))
            {
                var missing = selection.Weights.Perplexity > 0 && !split.HasPerplexity ? "perplexity task" : "task with an accuracy";
                throw new ConfigurationException(
                    config.SourceName,
                    [$"tasks.{split.Name}: has no {missing}, but the search split has; fitness needs the same objectives in every split."]);
            }
        }

        return selection;
    }

    private static RecipeBuilder AddressBuilder(MergeGenomeSpace space, RunModels models, DType? outDType)
    {
        var hashes = models.Identities.Select(identity => identity.ContentHash).ToImmutableArray();
        return new RecipeBuilder(space, hashes[..models.Specialists.Length], models.Base is null ? null : hashes[^1], outDType);
    }

    private static JobIdentity IdentityOf(EvoMergeConfig config, RunModels models, List<SplitTasks> splits) => new(
        EffectiveConfiguration.Of(config),
        models.Identities,
        splits.ToImmutableSortedDictionary(split => split.Name, split => split.Hash, StringComparer.Ordinal));

    private static IEnumerable<string> TokenizerNotes(RunModels models, ModelEvaluator evaluator)
    {
        var first = models.Base ?? models.Specialists[0];
        var expected = TokenizerBytes(first, evaluator);
        return models.All
            .Where(name => TokenizerBytes(name, evaluator) is { } bytes && expected is not null && !bytes.AsSpan().SequenceEqual(expected))
            .Select(name =>
                $"the tokenizer.json of {name} differs from that of {first}, which is used; "
                + "if tokens differ in meaning, the merge is meaningless.");
    }

    private static byte[]? TokenizerBytes(string name, ModelEvaluator evaluator) =>
        evaluator.Parents.Get(name).Directory?.ReadTokenizer();
}
