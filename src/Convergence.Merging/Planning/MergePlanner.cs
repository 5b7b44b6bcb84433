using System.Collections.Immutable;

namespace Convergence.Merging;

/// <summary>Works a recipe out against its parents: checks that they can be merged and resolves every number for every tensor.</summary>
public static class MergePlanner
{
    /// <summary>Plans a merge. Headers are read, weights are not.</summary>
    /// <param name="recipe">What to merge.</param>
    /// <param name="parents">Opens the models that the recipe names; must outlive the plan.</param>
    /// <exception cref="RecipeException">The recipe contradicts itself, misses something, or a value is out of range.</exception>
    /// <exception cref="MergeException">The models do not fit together.</exception>
    public static MergePlan Plan(MergeRecipe recipe, ParentModels parents)
    {
        RecipeValidator.Validate(recipe, recipe.Method.Name());
        var definition = MergeMethodDefinition.Of(recipe.Method);
        var models = ModelNames(recipe);
        var donor = recipe.BaseModel ?? models[0];
        ModelChecks.EnsureMergeable(parents, parents.Get(donor), models);
        var slices = Slices(recipe, parents, donor);
        var head = TiedHead.Of(models.Where(model => IsMerged(recipe, model)).Select(parents.Get).ToList());
        var builder = new TaskBuilder(recipe, definition, parents, donor, head);
        foreach (var slice in slices)
        {
            builder.AddLayers(slice);
        }

        builder.AddOuterTensors(slices);
        var tasks = builder.Build();
        return new MergePlan(recipe, parents, OutputConfig.Build(parents, parents.Get(donor), recipe, slices, tasks, head))
        {
            Donor = donor,
            Models = models,
            Tasks = tasks,
            Warnings = ModelChecks.Warnings(parents, parents.Get(donor), models).AddRange(builder.Notes),
            InputBytes = tasks.Sum(task => InputBytes(task, parents)),
        };
    }

    private static ImmutableArray<string> ModelNames(MergeRecipe recipe)
    {
        var named = recipe.Models.Select(input => input.Model)
            .Concat(recipe.Slices.SelectMany(slice => slice.Sources).Select(source => source.Model));
        return [.. (recipe.BaseModel is { } baseModel ? named.Append(baseModel) : named).Distinct(StringComparer.Ordinal)];
    }

    // The base of a method without task vectors only lends its configuration, unless it is listed as well. A data flow takes layers of all models,
    // but embedding and head of one.
    private static bool IsMerged(MergeRecipe recipe, string model) => recipe.Method == MergeMethod.Dataflow
        ? model == (recipe.BaseModel ?? recipe.Slices[0].Sources[0].Model)
        : MergeMethodDefinition.Of(recipe.Method).WorksOnTaskVectors(recipe)
        || recipe.Models.Any(input => input.Model == model)
        || recipe.Slices.Any(slice => slice.Sources.Any(source => source.Model == model));

    // Whole models are one slice of all layers. A model without numbered layers is a slice of length 0.
    private static ImmutableArray<RecipeSlice> Slices(MergeRecipe recipe, ParentModels parents, string donor)
    {
        if (recipe.Slices.Length > 0)
        {
            foreach (var source in recipe.Slices.SelectMany(slice => slice.Sources))
            {
                ModelChecks.EnsureLayers(parents.Get(source.Model), source);
            }

            return recipe.Slices;
        }

        var layers = parents.Get(donor).Layers.Count;
        return [new RecipeSlice([.. recipe.Models.Select(input => new RecipeSource(input.Model, 0, layers, input.Parameters))], RecipeParameters.Empty)];
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
