using System.Text.Json.Nodes;
using Convergence.Merging;

namespace Convergence.Cli.Inspection;

/// <summary>What a recipe says, and what it would make where its models are at hand.</summary>
internal static class RecipeReport
{
    public static JsonObject Describe(string path)
    {
        var recipe = RecipeReader.ReadFile(path);
        var models = recipe.Models.Select(input => input.Model)
            .Concat(recipe.Slices.SelectMany(slice => slice.Sources).Select(source => source.Model))
            .Distinct(StringComparer.Ordinal);
        return new JsonObject
        {
            ["kind"] = "recipe",
            ["path"] = Path.GetFullPath(path),
            ["method"] = recipe.Method.Name(),
            ["base_model"] = recipe.BaseModel,
            ["models"] = new JsonArray([.. models.Select(model => (JsonNode)model)]),
            ["seed"] = recipe.Seed,
            ["output"] = DescribeOutput(recipe, path),
            ["recipe"] = RecipeWriter.ToYaml(recipe),
        };
    }

    public static void Print(TextWriter output, JsonObject report)
    {
        output.WriteLine($"recipe   {report["path"]}");
        output.WriteLine($"method   {report["method"]}");
        output.WriteLine($"base     {report["base_model"] ?? "none"}");
        output.WriteLine($"models   {string.Join(", ", report["models"]!.AsArray().Select(model => model!.GetValue<string>()))}");
        var plan = report["output"]!.AsObject();
        output.WriteLine(plan["problem"] is { } problem ? $"cannot be merged here: {problem}" : $"makes    {plan["tensors"]} tensors, {plan["bytes"]} bytes");
        output.WriteLine();
        output.Write(report["recipe"]!.GetValue<string>());
    }

    /// <summary>A recipe is readable without its models, so their absence is a finding here and not an error.</summary>
    private static JsonObject DescribeOutput(MergeRecipe recipe, string path)
    {
        try
        {
            using var parents = new ParentModels(Directory.GetCurrentDirectory());
            var plan = MergePlanner.Plan(recipe, parents);
            return new JsonObject { ["tensors"] = plan.Tasks.Length, ["bytes"] = plan.OutputBytes };
        }
        catch (ConvergenceException exception)
        {
            return new JsonObject { ["problem"] = exception.Message };
        }
    }
}
