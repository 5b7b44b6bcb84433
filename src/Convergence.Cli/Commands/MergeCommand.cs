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

    private static readonly Option<string?> Root = new("--root")
    {
        Description = "What relative model names in the recipe refer to. By default the working directory.",
        HelpName = "DIR",
    };

    private static readonly Option<string?> Dialect = CreateDialect();

    private static readonly Option<bool> Json = CommonOptions.Json("Write what was done as one JSON object.");

    public static Command Create(CliContext context)
    {
        var command = new DocumentedCommand(
            "merge",
            "Merge models as a recipe says, and write a Hugging Face model directory.",
            [
                ("Merge", "convergence merge recipe.yaml -o merged"),
                ("Read a recipe without the key dialect as one of this product's own", "convergence merge recipe.yaml -o merged --dialect evomerge"),
                ("The recipe names models relative to another directory", "convergence merge recipe.yaml -o merged --root models"),
            ])
        {
            Recipe,
            Output,
            Root,
            Dialect,
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
        var sequence = RecipeReader.ReadSequence(recipePath, parsed.GetValue(Dialect) is { } dialect ? DialectNames.Parse(dialect) : null);
        WriteNotes(context.Terminal, parsed, sequence.Notes);

        // Steps before the last are models for a while: on disk, since all but one of them may be large.
        using var scratch = sequence.Steps.Length > 1 ? ScratchDirectory.Beside(directory) : null;
        using var parents = new ParentModels(parsed.GetValue(Root) ?? Directory.GetCurrentDirectory());
        using var device = new CpuDevice();
        foreach (var step in sequence.Steps.SkipLast(1))
        {
            var intermediate = scratch!.Combine(step.Name!);
            var made = Merge(MergePlanner.Plan(step.Recipe, parents), device, intermediate, context);
            WriteNotes(context.Terminal, parsed, made.Notes);
            parents.Add(step.Name!, intermediate);
        }

        var plan = MergePlanner.Plan(sequence.Result, parents);
        var (report, notes) = Merge(sequence.Steps.Length > 1 ? plan with { Sequence = sequence } : plan, device, directory, context);
        if (parsed.GetValue(Json))
        {
            context.Terminal.Out.WriteLine(ToJson(directory, sequence.Result, report, [.. sequence.Notes, .. notes]).ToJsonString());
        }
        else
        {
            WriteNotes(context.Terminal, parsed, notes);
            Print(context.Terminal, directory, sequence.Result, plan, report);
        }

        return ExitCode.Success;
    }

    private static (MergeReport Report, string[] Notes) Merge(MergePlan plan, CpuDevice device, string directory, CliContext context)
    {
        using var weights = new TensorSet();
        var report = new MergeExecutor(device, context.Time).Execute(plan, weights, context.Cancellation);
        context.Cancellation.ThrowIfCancellationRequested();
        MergedModelWriter.Write(directory, plan, weights);
        return (report, report.LerpNote is { } note ? [.. plan.Warnings, note] : [.. plan.Warnings]);
    }

    private static Option<string?> CreateDialect()
    {
        var option = new Option<string?>("--dialect")
        {
            Description = "Whose defaults hold for parameters that the recipe leaves out: evomerge (the papers') or mergekit. By default what the file says, else mergekit.",
            HelpName = "NAME",
        };
        option.AcceptOnlyFromAmong([.. DialectNames.All]);
        return option;
    }

    // With --json they are part of the result.
    private static void WriteNotes(Terminal terminal, ParseResult parsed, IEnumerable<string> notes)
    {
        foreach (var note in parsed.GetValue(Json) ? [] : notes)
        {
            terminal.Error.WriteLine($"note: {note}");
        }
    }

    private static void Print(Terminal terminal, string directory, MergeRecipe recipe, MergePlan plan, MergeReport report)
    {
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
