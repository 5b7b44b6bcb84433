using Convergence.Tensors.Text;

namespace Convergence.Merging;

/// <summary>Checks what a recipe alone shows, before any model is opened.</summary>
internal static class RecipeValidator
{
    /// <param name="recipe">The recipe.</param>
    /// <param name="source">What messages call it: a file's path.</param>
    public static void Validate(MergeRecipe recipe, string source)
    {
        var definition = MergeMethodDefinition.Of(recipe.Method);
        var method = recipe.Method.Name();
        if (recipe.Models.Length > 0 == recipe.Slices.Length > 0)
        {
            throw new RecipeException(recipe.Models.Length > 0
                ? $"{source}: gives both \"models\" and \"slices\". Keep \"models\" to merge whole models, or \"slices\" to choose layers."
                : $"{source}: names nothing to merge. Add \"models\" (whole models) or \"slices\" (runs of layers).");
        }

        if (definition.NeedsBase && string.IsNullOrEmpty(recipe.BaseModel))
        {
            throw new RecipeException(
                $"{source}: {method} merges what fine-tuning changed and needs the model that all were fine-tuned from: add \"base_model: DIRECTORY\". "
                + "Without a common base use linear or slerp.");
        }

        if (definition.NeedsSlices && recipe.Slices.Length == 0)
        {
            throw new RecipeException(
                $"{source}: {method} is a path over layers: give \"slices\", in the order in which tokens pass them, each with one source and its layer_range, instead of \"models\".");
        }

        CheckTypes(recipe, source);
        CheckParameters(recipe.Parameters, definition, source, "parameters", allowShared: true);
        foreach (var input in recipe.Models)
        {
            CheckModel(input.Model, source, "models");
            CheckParameters(input.Parameters, definition, source, $"models: {input.Model}: parameters", allowShared: false);
        }

        for (var index = 0; index < recipe.Slices.Length; index++)
        {
            CheckSlice(recipe.Slices[index], definition, source, FormattableString.Invariant($"slices[{index}]"));
        }
    }

    private static void CheckTypes(MergeRecipe recipe, string source)
    {
        foreach (var (key, dtype) in new[] { ("dtype", recipe.DType), ("out_dtype", recipe.OutDType) })
        {
            if (dtype is { } given && !Tensors.DTypeExtensions.IsComputable(given))
            {
                throw new RecipeException($"{source}: {key} is {given}; models are stored as float32, float16, bfloat16 or float64.");
            }
        }
    }

    private static void CheckModel(string model, string source, string place)
    {
        if (string.IsNullOrWhiteSpace(model))
        {
            throw new RecipeException($"{source}: {place}: \"model\" is empty. Give the model's directory.");
        }
    }

    private static void CheckSlice(RecipeSlice slice, MergeMethodDefinition definition, string source, string place)
    {
        if (slice.Sources.IsDefaultOrEmpty)
        {
            throw new RecipeException($"{source}: {place} has no sources. Give at least one model with its layer_range.");
        }

        CheckParameters(slice.Parameters, definition, source, $"{place}: parameters", allowShared: true);
        foreach (var part in slice.Sources)
        {
            CheckModel(part.Model, source, place);
            CheckParameters(part.Parameters, definition, source, $"{place}: {part.Model}: parameters", allowShared: false);
            if (part.FirstLayer < 0 || part.EndLayer <= part.FirstLayer)
            {
                throw new RecipeException(FormattableString.Invariant(
                    $"{source}: {place}: layer_range [{part.FirstLayer}, {part.EndLayer}] of {part.Model} holds no layer; the first is counted from 0 and the end is the layer after the last."));
            }

            if (part.LayerCount != slice.Sources[0].LayerCount)
            {
                throw new RecipeException(FormattableString.Invariant(
                    $"{source}: {place}: its sources have different lengths ({slice.Sources[0].LayerCount} layers of {slice.Sources[0].Model}, {part.LayerCount} of {part.Model}). Layers are merged one with one; make the ranges equally long."));
            }
        }
    }

    private static void CheckParameters(
        RecipeParameters parameters, MergeMethodDefinition definition, string source, string place, bool allowShared)
    {
        var method = definition.Method.Name();
        foreach (var name in parameters.Names)
        {
            var known = definition.Parameters.FirstOrDefault(parameter => parameter.Name == name);
            if (known is null)
            {
                var names = definition.Parameters.Select(parameter => parameter.Name).ToList();
                throw new RecipeException(
                    $"{source}: {place}: {method} has no parameter \"{name}\".{Suggestion.Phrase(name, names)} It has {string.Join(", ", names)}.");
            }

            if (!known.PerModel && !allowShared)
            {
                throw new RecipeException(
                    $"{source}: {place}: \"{name}\" of {method} holds for all models together. Move it to \"parameters\" of the recipe or of the slice.");
            }
        }
    }
}
