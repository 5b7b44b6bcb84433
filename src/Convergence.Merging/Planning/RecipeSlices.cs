using System.Collections.Immutable;

namespace Convergence.Merging;

/// <summary>The slices of a recipe; for a recipe of whole models, the one slice of all their layers.</summary>
internal static class RecipeSlices
{
    /// <param name="recipe">The recipe.</param>
    /// <param name="definition">Its method.</param>
    /// <param name="parents">The models.</param>
    /// <param name="donor">The model whose depth a recipe of whole models has.</param>
    /// <param name="paths">Is told where slices and sources stand in the recipe.</param>
    public static ImmutableArray<RecipeSlice> Of(
        MergeRecipe recipe, MergeMethodDefinition definition, ParentModels parents, string donor, RecipePaths paths)
    {
        if (recipe.Slices.Length == 0)
        {
            return [Whole(recipe, definition, parents.Get(donor).Layers.Count, paths)];
        }

        for (var index = 0; index < recipe.Slices.Length; index++)
        {
            var slice = recipe.Slices[index];
            var path = FormattableString.Invariant($"slices[{index}]");
            paths.Add(slice, path);
            for (var place = 0; place < slice.Sources.Length; place++)
            {
                var source = slice.Sources[place];
                paths.Add(source, FormattableString.Invariant($"{path}.sources[{place}]"));
                ModelChecks.EnsureLayers(parents.Get(source.Model), source, paths.Of(source));
            }
        }

        return recipe.Slices;
    }

    // A model without numbered layers is a slice of length 0.
    private static RecipeSlice Whole(MergeRecipe recipe, MergeMethodDefinition definition, int layers, RecipePaths paths)
    {
        var sources = ImmutableArray.CreateBuilder<RecipeSource>();
        foreach (var input in recipe.Models)
        {
            var source = new RecipeSource(input.Model, 0, layers, input.Parameters);
            paths.Add(source, FormattableString.Invariant($"models[{sources.Count}]"));
            sources.Add(source);
        }

        if (recipe.BaseModel is { } baseModel && recipe.Models.All(input => input.Model != baseModel) && IsMerged(recipe, definition))
        {
            sources.Add(new RecipeSource(baseModel, 0, layers, RecipeParameters.Empty));
        }

        return new RecipeSlice(sources.ToImmutable(), RecipeParameters.Empty);
    }

    // mergekit counts an unlisted base among the models of every method. For linear that needs a weight that holds for it as well;
    // where there is none mergekit fails, and here the base lends its configuration.
    private static bool IsMerged(MergeRecipe recipe, MergeMethodDefinition definition) =>
        (definition.MergesBase && recipe.Dialect == RecipeDialect.MergeKit)
        || recipe is { Method: MergeMethod.Slerp, Models.Length: 1 }
        || (recipe is { Method: MergeMethod.Linear, Dialect: RecipeDialect.MergeKit } && recipe.Parameters.TryGet("weight", out _));
}
