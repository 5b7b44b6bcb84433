using Convergence.Merging;
using Convergence.Tensors.Models;

namespace Convergence.Bench.Merging;

/// <summary>
/// A recipe for every merge method, over the models of a <see cref="Models.ModelFolder"/>:
/// the first of a few usual shapes that the method takes, so that a method that is added joins by itself.
/// Models without a base are three, interpolations two, and a path goes through the layers of two.
/// </summary>
internal static class MethodRecipes
{
    private const string Density = "density: 0.3";

    private static readonly string[] Shapes =
    [
        Recipe(models: 2, "specialist-1", shared: "t: 0.4"),
        Recipe(models: 2, "base", shared: "t: 0.001"),
        Recipe(models: 3, "base", $"weight: 0.4, {Density}"),
        Recipe(models: 3, "base", "weight: 0.4"),
        Recipe(models: 3, null, "weight: 0.4"),
        Recipe(models: 3, "base"),
        Recipe(models: 2, "base", "weight: 0.4"),
        Recipe(models: 1, "base"),
        Recipe(models: 1, null),
    ];

    /// <summary>Writes the recipes into a folder of models.</summary>
    /// <returns>Methods in their order, with the path of the recipe; those that take none of the shapes are left out.</returns>
    public static List<(string Method, string Path)> Write(string folder)
    {
        var recipes = new List<(string Method, string Path)>();
        foreach (var method in MergeMethodNames.All)
        {
            var path = Path.Combine(folder, $"{method}.yaml");
            if (Shapes.Append(LayerPath(folder))
                .Select(shape => $"merge_method: {method}\n{shape}")
                .FirstOrDefault(text => IsPossible(text, path, folder)) is { } recipe)
            {
                File.WriteAllText(path, recipe);
                recipes.Add((method, path));
            }
        }

        return recipes;
    }

    // The lower half of one model and the upper half of another, which a scaled step joins.
    private static string LayerPath(string folder)
    {
        using var model = ModelDirectory.Open(Path.Combine(folder, "specialist-1"));
        var layerCount = model.Config["num_hidden_layers"]!.GetValue<int>();
        return FormattableString.Invariant(
            $$"""
            base_model: base
            slices:
              - sources: [{model: specialist-1, layer_range: [0, {{layerCount / 2}}]}]
              - sources: [{model: specialist-2, layer_range: [{{layerCount / 2}}, {{layerCount}}], parameters: {scale: 0.9} }]

            """);
    }

    private static bool IsPossible(string text, string path, string folder)
    {
        File.WriteAllText(path, text);
        try
        {
            using var parents = new ParentModels(folder);

            // In mergekit's dialect parameters of other methods are taken and ignored:
            // a method would get the first shape, whatever it merges.
            MergePlanner.Plan(RecipeReader.ReadFile(path, RecipeDialect.EvoMerge), parents);
            return true;
        }
        catch (ConvergenceException)
        {
            File.Delete(path);
            return false;
        }
    }

    private static string Recipe(int models, string? baseModel, string? each = null, string? shared = null)
    {
        var lines = new List<string>();
        if (baseModel is not null)
        {
            lines.Add($"base_model: {baseModel}");
        }

        if (shared is not null)
        {
            lines.Add($"parameters: {{{shared}}}");
        }

        lines.Add("models:");
        lines.AddRange(Enumerable.Range(1, models).Select(index =>
            $"  - {{model: specialist-{index}{(each is null ? "" : $", parameters: {{{each}}}")}}}"));
        return string.Join('\n', lines) + "\n";
    }
}
