using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Convergence.Cli.Help;
using Convergence.Cli.Hosting;
using Convergence.Merging;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Files;

namespace Convergence.Cli.Commands;

/// <summary><c>convergence merge</c>.</summary>
internal static class MergeCommand
{
    private static readonly Argument<string> Recipe = new("RECIPE") { Description = "The recipe: a YAML file in mergekit's format." };

    private static readonly Option<string> Output = new("--out", "-o")
    {
        Description = "The model directory to write; it must not exist.",
        HelpName = "DIR",
        Required = true,
    };

    private static readonly Option<string?> Root = CommonOptions.Root("recipe");

    private static readonly Option<bool> Json = CommonOptions.Json("Write what was done as one JSON object.");

    public static Command Create(CliContext context)
    {
        var command = new DocumentedCommand(
            "merge",
            "Merge models as a recipe says, and write a Hugging Face model directory.",
            [
                ("Merge", "convergence merge recipe.yaml -o merged"),
                ("The recipe names models relative to another directory", "convergence merge recipe.yaml -o merged --root models"),
            ])
        {
            Recipe,
            Output,
            Root,
            Json,
        };
        command.SetAction(parsed => Run(parsed, context));
        return command;
    }

    private static int Run(ParseResult parsed, CliContext context)
    {
        var recipePath = parsed.GetRequiredValue(Recipe);
        var directory = parsed.GetRequiredValue(Output);
        AtomicDirectory.RefuseExisting(directory);
        var recipe = RecipeReader.ReadFile(recipePath);
        using var parents = new ParentModels(parsed.GetValue(Root) ?? Directory.GetCurrentDirectory());
        var plan = MergePlanner.Plan(recipe, parents);
        using var device = new CpuDevice();
        using var weights = new TensorSet();
        var report = new MergeExecutor(device, context.Time).Execute(plan, weights, context.Cancellation);
        context.Cancellation.ThrowIfCancellationRequested();
        MergedModelWriter.Write(directory, plan, weights);
        string[] notes = report.LerpNote is { } note ? [.. plan.Warnings, note] : [.. plan.Warnings];
        if (parsed.GetValue(Json))
        {
            context.Terminal.Out.WriteLine(ToJson(directory, recipe, report, notes).ToJsonString());
        }
        else
        {
            Print(context.Terminal, directory, recipe, plan, report, notes);
        }

        return ExitCode.Success;
    }

    private static void Print(Terminal terminal, string directory, MergeRecipe recipe, MergePlan plan, MergeReport report, string[] notes)
    {
        foreach (var note in notes)
        {
            terminal.Error.WriteLine($"note: {note}");
        }

        terminal.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{recipe.Method.Name()} of {string.Join(", ", plan.Models)}: "
            + $"{report.TensorCount} tensors, {report.BytesWritten:N0} bytes in {report.Elapsed.TotalSeconds:0.00} s"));
        terminal.Out.WriteLine($"written to {directory}");
    }

    private static JsonObject ToJson(string directory, MergeRecipe recipe, MergeReport report, string[] notes) => new()
    {
        ["event"] = "result",
        ["output_directory"] = Path.GetFullPath(directory),
        ["method"] = recipe.Method.Name(),
        ["tensors"] = report.TensorCount,
        ["bytes_read"] = report.BytesRead,
        ["bytes_written"] = report.BytesWritten,
        ["seconds"] = report.Elapsed.TotalSeconds,
        ["notes"] = new JsonArray([.. notes.Select(note => (JsonNode)note)]),
    };
}
