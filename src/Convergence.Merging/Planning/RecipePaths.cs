namespace Convergence.Merging;

/// <summary>Where the slices and sources of a plan stand in its recipe.</summary>
internal sealed class RecipePaths
{
    private readonly Dictionary<object, string> _paths = new(ReferenceEqualityComparer.Instance);

    /// <summary>
    /// For example <c>slices[0].sources[1]</c> or <c>models[1]</c>; <see langword="null"/> for what the recipe does not list.
    /// </summary>
    public string? Of(object sliceOrSource) => _paths.GetValueOrDefault(sliceOrSource);

    public void Add(object sliceOrSource, string path) => _paths[sliceOrSource] = path;

    /// <summary>The first place that names a model.</summary>
    public static string? OfModel(MergeRecipe recipe, string model)
    {
        if (recipe.BaseModel == model)
        {
            return "base_model";
        }

        var input = recipe.Models.ToList().FindIndex(entry => entry.Model == model);
        if (input >= 0)
        {
            return FormattableString.Invariant($"models[{input}].model");
        }

        for (var index = 0; index < recipe.Slices.Length; index++)
        {
            var source = recipe.Slices[index].Sources.ToList().FindIndex(entry => entry.Model == model);
            if (source >= 0)
            {
                return FormattableString.Invariant($"slices[{index}].sources[{source}].model");
            }

            if (recipe.Slices[index].BaseModel == model)
            {
                return FormattableString.Invariant($"slices[{index}].base_model");
            }
        }

        return recipe.Tokenizer is null ? null : "tokenizer";
    }
}
