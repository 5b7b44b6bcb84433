using Convergence.Foundation.Text;

namespace Convergence.Merging;

/// <summary>Checks what a recipe alone shows, before any model is opened.</summary>
internal static class RecipeValidator
{
    /// <summary>Throws what is wrong, with its place.</summary>
    /// <exception cref="RecipeException">The recipe contradicts itself or misses something.</exception>
    public static void Validate(MergeRecipe recipe)
    {
        try
        {
            Check(recipe);
        }
        catch (RecipeException exception)
        {
            throw (recipe.Origin ?? RecipeOrigin.Named(recipe.Method.Name())).Place(exception);
        }
    }

    private static void Check(MergeRecipe recipe)
    {
        var definition = MergeMethodDefinition.Of(recipe.Method);
        if (recipe.Models.Length > 0 == recipe.Slices.Length > 0)
        {
            throw new RecipeException(recipe.Models.Length > 0
                ? "gives both \"models\" and \"slices\". Keep \"models\" to merge whole models, or \"slices\" to choose layers."
                : "names nothing to merge. Add \"models\" (whole models) or \"slices\" (runs of layers).");
        }

        if (definition.NeedsSlices && recipe.Slices.Length == 0)
        {
            throw new RecipeException(
                $"{recipe.Method.Name()} is a path over layers: give \"slices\", in the order in which tokens pass them, "
                + "each with one source and its layer_range, instead of \"models\".")
            { KeyPath = "models" };
        }

        CheckBase(recipe, definition);
        CheckTypes(recipe);
        CheckParameters(recipe.Parameters, definition, "parameters", allowShared: true);
        for (var index = 0; index < recipe.Models.Length; index++)
        {
            var place = FormattableString.Invariant($"models[{index}]");
            CheckModel(recipe.Models[index].Model, place);
            CheckParameters(recipe.Models[index].Parameters, definition, place + ".parameters", allowShared: false);
        }

        for (var index = 0; index < recipe.Slices.Length; index++)
        {
            CheckSlice(recipe.Slices[index], definition, FormattableString.Invariant($"slices[{index}]"));
        }
    }

    private static void CheckBase(MergeRecipe recipe, MergeMethodDefinition definition)
    {
        var hasBase = !string.IsNullOrEmpty(recipe.BaseModel)
            || (recipe.Slices.Length > 0 && recipe.Slices.All(slice => !string.IsNullOrEmpty(slice.BaseModel)));
        if (definition.NeedsBase && !hasBase)
        {
            throw new RecipeException(
                $"{recipe.Method.Name()} merges what fine-tuning changed and needs the model that all were fine-tuned from: "
                + "add \"base_model: DIRECTORY\". "
                + "Without a common base use linear or slerp.")
            { KeyPath = "base_model" };
        }
    }

    private static void CheckTypes(MergeRecipe recipe)
    {
        foreach (var (key, dtype) in new[] { ("dtype", recipe.DType), ("out_dtype", recipe.OutDType) })
        {
            if (dtype is { } given && !Tensors.DTypeExtensions.IsComputable(given))
            {
                throw new RecipeException($"{key} is {given}; models are stored as float32, float16, "
                    + "bfloat16 or float64.")
                { KeyPath = key };
            }
        }
    }

    private static void CheckModel(string model, string place)
    {
        if (string.IsNullOrWhiteSpace(model))
        {
            throw new RecipeException("\"model\" is empty. Give the model's directory.") { KeyPath = place + ".model" };
        }
    }

    private static void CheckSlice(RecipeSlice slice, MergeMethodDefinition definition, string place)
    {
        if (slice.Sources.IsDefaultOrEmpty)
        {
            throw new RecipeException("has no sources. Give at least one model with its layer_range.") { KeyPath = place };
        }

        CheckParameters(slice.Parameters, definition, place + ".parameters", allowShared: true);
        for (var index = 0; index < slice.Sources.Length; index++)
        {
            var part = slice.Sources[index];
            var partPlace = FormattableString.Invariant($"{place}.sources[{index}]");
            CheckModel(part.Model, partPlace);
            CheckParameters(part.Parameters, definition, partPlace + ".parameters", allowShared: false);
            if (part.FirstLayer < 0 || part.EndLayer <= part.FirstLayer)
            {
                throw new RecipeException(FormattableString.Invariant(
                    $"layer_range [{part.FirstLayer}, {part.EndLayer}] of {part.Model} holds no layer; ")
                    + "the first is counted from 0 and the end is the layer after the last.")
                { KeyPath = partPlace + ".layer_range" };
            }

            if (part.LayerCount != slice.Sources[0].LayerCount)
            {
                throw new RecipeException(FormattableString.Invariant(
                    $"its sources have different lengths ({slice.Sources[0].LayerCount} layers ")
                    + FormattableString.Invariant($"of {slice.Sources[0].Model}, {part.LayerCount} of {part.Model}). ")
                    + "Layers are merged one with one; make the ranges equally long.")
                { KeyPath = partPlace + ".layer_range" };
            }
        }
    }

    private static void CheckParameters(RecipeParameters parameters, MergeMethodDefinition definition, string place, bool allowShared)
    {
        var method = definition.Method.Name();
        foreach (var name in parameters.Names)
        {
            var known = definition.Parameters.FirstOrDefault(parameter => parameter.Name == name);
            if (known is null)
            {
                var names = definition.Parameters.Select(parameter => parameter.Name).ToList();
                throw new RecipeException(
                    $"{method} has no parameter \"{name}\".{Suggestion.Phrase(name, names)} It has {string.Join(", ", names)}.")
                {
                    KeyPath = $"{place}.{name}",
                };
            }

            if (!known.PerModel && !allowShared)
            {
                throw new RecipeException(
                    $"\"{name}\" of {method} holds for all models together. Move it to \"parameters\" of the recipe or of the slice.")
                { KeyPath = $"{place}.{name}" };
            }
        }
    }
}
