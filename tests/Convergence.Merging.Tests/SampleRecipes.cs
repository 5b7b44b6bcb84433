namespace Convergence.Merging.Tests;

/// <summary>A recipe for every method there is, made from the parameters that the method declares.</summary>
internal static class SampleRecipes
{
    /// <summary>The name of the base; merged models are called <c>a</c>, <c>b</c>, <c>c</c>.</summary>
    public const string BaseName = "base";

    private static readonly string[] Names = ["a", "b", "c"];

    /// <summary>As many models as the method takes, each with numbers of its own.</summary>
    /// <param name="method">The method.</param>
    /// <param name="parents">Models called base, a, b and c, of two layers at least.</param>
    /// <param name="variant">Another variant has other numbers.</param>
    public static MergeRecipe Of(MergeMethod method, ParentModels parents, int variant = 0)
    {
        for (var count = Names.Length; count > 0; count--)
        {
            var recipe = Build(method, count, variant);
            try
            {
                MergePlanner.Plan(recipe, parents);
                return recipe;
            }
            catch (RecipeException) when (count > 1)
            {
                // The method takes fewer models.
            }
        }

        throw new InvalidOperationException($"{method.Name()} takes no number of models.");
    }

    private static MergeRecipe Build(MergeMethod method, int count, int variant)
    {
        var definition = MergeMethodDefinition.Of(method);
        return new MergeRecipe
        {
            Method = method,
            BaseModel = definition.NeedsBase ? BaseName : null,
            Models = definition.NeedsSlices
                ? []
                : [.. Names.Take(count)
                    .Select((name, model) => new RecipeInput(name, Numbers(definition, perModel: true, model, variant)))],
            Slices = definition.NeedsSlices ? [.. Names.Take(count).Select((name, model) => Layer(name, (model + variant) % 2))] : [],
            Parameters = Numbers(definition, perModel: false, model: 0, variant),
            Seed = 7,
        };
    }

    private static RecipeSlice Layer(string model, int layer) =>
        new([new RecipeSource(model, layer, layer + 1, RecipeParameters.Empty)], RecipeParameters.Empty);

    private static RecipeParameters Numbers(MergeMethodDefinition definition, bool perModel, int model, int variant) => RecipeParameters.Of(
    [
        .. definition.Parameters
            .Where(parameter => parameter.PerModel == perModel
                && parameter.Kind == ParameterKind.Number
                && parameter.Allows(Value(parameter, model, variant)))
            .Select(parameter => (parameter.Name, Value(parameter, model, variant))),
    ]);

    // Weights and shares differ from model to model; what has a default of its own kind (an epsilon, a count) keeps it.
    private static ParameterValue Value(ParameterDefinition parameter, int model, int variant) => parameter.Name switch
    {
        "weight" => 0.3 + (0.2 * model) + (0.05 * variant),
        "density" => 0.5 - (0.1 * model) + (0.05 * variant),
        "t" => 0.25 + (0.125 * variant),
        "lambda" => 1 + (0.5 * variant),
        _ => parameter.Default ?? 0.5,
    };
}
