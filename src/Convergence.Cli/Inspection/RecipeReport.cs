using System.Text.Json.Nodes;
using Convergence.Merging;

namespace Convergence.Cli.Inspection;

/// <summary>What a recipe says, and what it would make where its models are at hand.</summary>
internal static class RecipeReport
{
    public static JsonObject Describe(string path)
    {
        var sequence = RecipeReader.ReadSequence(path);
        var recipe = sequence.Result;
        return new JsonObject
        {
            ["kind"] = "recipe",
            ["path"] = Path.GetFullPath(path),
            ["method"] = recipe.Method.Name(),
            ["dialect"] = recipe.Dialect.Name(),
            ["base_model"] = recipe.BaseModel,
            ["models"] = Models(recipe),
            ["tokenizer"] = recipe.Tokenizer is { } rule ? Tokenizer(rule) : null,
            ["chat_template"] = recipe.ChatTemplate,
            ["seed"] = recipe.Seed,
            ["steps"] = new JsonArray([.. sequence.Steps.Select(Step)]),
            ["notes"] = new JsonArray([.. sequence.Notes.Select(note => (JsonNode)note)]),
            ["output"] = DescribeOutput(sequence),
            ["recipe"] = RecipeWriter.ToYaml(sequence),
        };
    }

    public static void Print(TextWriter output, JsonObject report)
    {
        output.WriteLine($"recipe   {report["path"]}");
        output.WriteLine($"method   {report["method"]}");
        output.WriteLine($"dialect  {report["dialect"]}");
        output.WriteLine($"base     {report["base_model"] ?? "none"}");
        output.WriteLine($"models   {Names(report["models"]!)}");
        if (report["tokenizer"] is { } tokenizer)
        {
            output.WriteLine($"tokens   {tokenizer}");
        }

        var steps = report["steps"]!.AsArray();
        for (var index = 0; index < steps.Count && steps.Count > 1; index++)
        {
            output.WriteLine(
                $"step {index + 1}   {steps[index]!["name"] ?? "the result"}: {steps[index]!["method"]} "
                + $"of {Names(steps[index]!["models"]!)}");
        }

        var plan = report["output"]!.AsObject();
        output.WriteLine(plan["problem"] is { } problem ? $"cannot be merged here: {problem}"
            : $"makes    {plan["tensors"]} tensors, {plan["bytes"]} bytes");
        foreach (var note in report["notes"]!.AsArray().Concat(plan["notes"] as JsonArray ?? []))
        {
            output.WriteLine($"note     {note}");
        }

        output.WriteLine();
        output.Write(report["recipe"]!.GetValue<string>());
    }

    private static string Names(JsonNode models) => string.Join(", ", models.AsArray().Select(model => model!.GetValue<string>()));

    private static JsonArray Models(MergeRecipe recipe) => new([.. recipe.ReferencedModels().Select(model => (JsonNode)model)]);

    private static string Tokenizer(TokenizerRule rule)
    {
        var source = rule.Source switch
        {
            VocabularySource.Union => "all tokens of all models",
            VocabularySource.Base => "those of the base, or else of the first model",
            _ => $"those of {rule.Model}",
        };
        var single = rule.Tokens.Count > 0 ? FormattableString.Invariant($", rules for {rule.Tokens.Count} tokens") : "";
        return source + single
            + (rule.PadToMultipleOf is { } multiple ? FormattableString.Invariant($", padded to a multiple of {multiple}") : "");
    }

    private static JsonNode Step(NamedRecipe step) => new JsonObject
    {
        ["name"] = step.Name,
        ["method"] = step.Recipe.Method.Name(),
        ["models"] = Models(step.Recipe),
    };

    /// <summary>A recipe is readable without its models, so their absence is a finding here and not an error.</summary>
    private static JsonObject DescribeOutput(RecipeSequence sequence)
    {
        try
        {
            var parents = new ParentModels(Directory.GetCurrentDirectory());

            // Later steps merge what earlier ones make, which is predicted.
            using var planner = new SequencePlanner(parents);
            var plans = planner.Plan(sequence);
            return new JsonObject
            {
                ["tensors"] = plans[^1].Tasks.Length,
                ["bytes"] = plans[^1].OutputBytes,
                ["notes"] = new JsonArray([.. plans.SelectMany(plan => plan.Warnings).Select(note => (JsonNode)note)]),
            };
        }
        catch (ConvergenceException exception)
        {
            return new JsonObject { ["problem"] = exception.Message };
        }
    }
}
