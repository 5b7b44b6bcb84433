using System.Collections.Immutable;

namespace Convergence.Merging;

/// <summary>Works a recipe out against its parents: checks that they can be merged and resolves every number for every tensor.</summary>
public static class MergePlanner
{
    /// <summary>Plans a merge. Headers and tokenizers are read, weights are not.</summary>
    /// <param name="recipe">What to merge.</param>
    /// <param name="parents">Opens the models that the recipe names; must outlive the plan.</param>
    /// <exception cref="RecipeException">
    /// The recipe contradicts itself, misses something, or a value is out of range.
    /// For a recipe from a file the message names file, line and key.
    /// </exception>
    /// <exception cref="MergeException">The models do not fit together.</exception>
    public static MergePlan Plan(MergeRecipe recipe, ParentModels parents)
    {
        RecipeValidator.Validate(recipe);
        try
        {
            return Build(recipe, parents);
        }
        catch (RecipeException exception) when (recipe.Origin is { } origin)
        {
            throw origin.Place(exception);
        }
        catch (MergeException exception) when (recipe.Origin is { } origin)
        {
            throw new MergeException(origin.Describe(exception.KeyPath) + exception.Message, exception);
        }
    }

    private static MergePlan Build(MergeRecipe recipe, ParentModels parents)
    {
        var definition = MergeMethodDefinition.Of(recipe.Method);
        var models = recipe.ReferencedModels();
        var donor = recipe.BaseModel ?? models[0];

        CheckAll(recipe, parents, donor);
        var paths = new RecipePaths();
        var slices = RecipeSlices.Of(recipe, definition, parents, donor, paths);
        var head = TiedHead.Of([.. models.Where(model => HasPartInHead(recipe, slices, donor, model)).Select(parents.Get)]);
        var vocabularies = recipe.Tokenizer is null ? null : new VocabularyPlanner(recipe, parents, models, donor);
        var built = vocabularies?.Build();
        var vocabulary = built?.Vocabulary;
        var tokenizer = built?.Tokenizer ?? new OutputTokenizer(parents.Get(donor), builder: null);
        var builder = new TaskBuilder(recipe, definition, parents, paths, donor, head, vocabulary);
        foreach (var slice in slices)
        {
            builder.AddLayers(slice);
        }

        builder.AddOuterTensors(slices);
        var tasks = builder.Build();
        var (config, notes) = OutputConfig.Build(parents, parents.Get(donor), recipe, slices, tasks, head);
        if (vocabulary is not null)
        {
            vocabularies!.Configure(config, vocabulary, tokenizer);
        }

        var code = OutputCode.Notes(parents.Get(donor), tokenizer.Source, models.Select(parents.Get));
        return new MergePlan(recipe, parents, config)
        {
            Tokenizer = tokenizer.With(ChatTemplates.Resolve(recipe, parents)),
            Donor = donor,
            Models = models,
            Tasks = tasks,
            Warnings =
            [
                .. recipe.Notes, .. FilterChecks.Warnings(recipe, tasks),
                .. ModelChecks.Warnings(parents, parents.Get(donor), models), .. builder.Notes, .. notes,
                .. vocabularies?.Notes ?? [],
                .. code,
                .. SlerpMerge.ExtrapolationWarnings(tasks),
            ],
            InputBytes = tasks.Sum(task => InputBytes(task, parents)),
        };
    }

    private static bool HasPartInHead(MergeRecipe recipe, ImmutableArray<RecipeSlice> slices, string donor, string model) =>
        recipe.Method == MergeMethod.Dataflow
            ? model == donor
            : MergeMethodDefinition.Of(recipe.Method).WorksOnTaskVectors(recipe.BaseModel)
                || slices.Any(slice => slice.Sources.Any(source => source.Model == model));

    private static void CheckAll(MergeRecipe recipe, ParentModels parents, string donor)
    {
        // The donor first: what is wrong with it is not to be said of a model that is compared with it.
        foreach (var model in recipe.ReferencedModels().OrderBy(model => model != donor))
        {
            Check(recipe, parents, donor, model);
        }
    }

    private static void Check(MergeRecipe recipe, ParentModels parents, string donor, string model)
    {
        try
        {
            ModelChecks.EnsureMergeable(parents.Get(donor), parents.Get(model), mayDifferInVocabulary: recipe.Tokenizer is not null);
        }
        catch (MergeException exception) when (recipe.Origin is not null && exception.KeyPath is null)
        {
            throw new MergeException(exception.Message, exception) { KeyPath = RecipePaths.OfModel(recipe, model) };
        }
    }

    private static long InputBytes(MergeTask task, ParentModels parents)
    {
        long sum = 0;
        foreach (var input in task.Base is { } baseInput ? task.Inputs.Add(baseInput) : task.Inputs)
        {
            sum += parents.Get(input.Model).Find(input.Tensor)!.ByteCount;
        }

        return sum;
    }
}
