using System.CommandLine;
using Convergence.Cli.Help;
using Convergence.Cli.Hosting;
using Convergence.Cli.Progress;
using Convergence.Merging;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Files;

namespace Convergence.Cli.Commands;

/// <summary><c>convergence merge</c>.</summary>
internal static class MergeCommand
{
    private static readonly Argument<string> Recipe = new("RECIPE") { Description = "The recipe: a YAML file in mergekit's format." };

    private static readonly Option<string?> Output = new("--out", "-o")
    {
        Description = "The model directory to write; it must not exist. Needed but with --plan.",
        HelpName = "DIR",
    };

    private static readonly Option<string?> Root = new("--root")
    {
        Description = "What relative model names in the recipe refer to. By default the working directory.",
        HelpName = "DIR",
    };

    private static readonly Option<bool> Plan = new("--plan") { Description = "Say what the merge would read, write, need and take; do not merge." };

    private static readonly Option<long?> ShardSize = CommonOptions.Size(
        "--shard-size", "Divide the weights into files of at most this size. By default 5GB.");

    private static readonly Option<long?> Memory = CommonOptions.Size(
        "--memory", "Use at most this much memory, besides the parents' mapped files. By default a quarter of the machine's.");

    private static readonly Option<bool> Restart = new("--restart")
    {
        Description = "Throw away what an interrupted merge into the same directory left, instead of going on with it.",
    };

    private static readonly Option<bool> Json = CommonOptions.Json("Write progress and result as JSON, an object a line.");

    public static Command Create(CliContext context)
    {
        var command = new DocumentedCommand(
            "merge",
            "Merge models as a recipe says, and write a Hugging Face model directory.",
            [
                ("Merge", "convergence merge recipe.yaml -o merged"),
                ("What would it read, write, need and take?", "convergence merge recipe.yaml --plan"),
                ("In files of 2 GB, with at most 1 GiB of memory", "convergence merge recipe.yaml -o merged --shard-size 2GB --memory 1GiB"),
                ("The recipe names models relative to another directory", "convergence merge recipe.yaml -o merged --root models"),
            ])
        {
            Recipe,
            Output,
            Root,
            Plan,
            ShardSize,
            Memory,
            Restart,
            Json,
        };
        command.Validators.Add(result =>
        {
            if (!result.GetValue(Plan) && result.GetValue(Output) is null)
            {
                result.AddError("Option '--out' is required.");
            }
        });
        command.SetAction(parsed => Run(parsed, context));
        return command;
    }

    private static int Run(ParseResult parsed, CliContext context)
    {
        var options = new StreamedMergeOptions
        {
            ShardByteCount = parsed.GetValue(ShardSize) ?? StreamedMergeOptions.DefaultShardByteCount,
            MemoryByteCount = parsed.GetValue(Memory),
            Restart = parsed.GetValue(Restart),
        };
        if (!parsed.GetValue(Plan))
        {
            AtomicDirectory.RefuseExisting(parsed.GetValue(Output)!);
        }

        var recipe = RecipeReader.ReadFile(parsed.GetRequiredValue(Recipe));
        using var parents = new ParentModels(parsed.GetValue(Root) ?? Directory.GetCurrentDirectory());
        var plan = MergePlanner.Plan(recipe, parents);
        using var device = new CpuDevice();
        var merge = new StreamedMerge(device, context.Time);
        if (parsed.GetValue(Plan))
        {
            ShowPlan(context.Terminal, plan, merge.Forecast(plan, options), parsed.GetValue(Json));
        }
        else
        {
            Merge(context, plan, merge, parsed.GetValue(Output)!, options, parsed.GetValue(Json));
        }

        return ExitCode.Success;
    }

    private static void ShowPlan(Terminal terminal, MergePlan plan, MergeForecast forecast, bool json)
    {
        if (json)
        {
            terminal.Out.WriteLine(MergeAnswer.PlanJson(plan, forecast).ToJsonString());
        }
        else
        {
            MergeAnswer.WriteNotes(terminal, plan.Warnings);
            MergeAnswer.WritePlan(terminal, plan, forecast);
        }
    }

    private static void Merge(CliContext context, MergePlan plan, StreamedMerge merge, string directory, StreamedMergeOptions options, bool json)
    {
        var result = Merge(context, plan, merge, directory, options, MergeDisplay.For(context.Terminal, context.Time, json));
        List<string> notes = [.. plan.Warnings];
        if (result.Report.LerpNote is { } note)
        {
            notes.Add(note);
        }

        if (result.Discarded is { } reason)
        {
            notes.Add($"an interrupted merge into {directory} was thrown away: {reason}");
        }

        if (json)
        {
            context.Terminal.Out.WriteLine(MergeAnswer.ResultJson(directory, plan, result, notes).ToJsonString());
        }
        else
        {
            MergeAnswer.WriteNotes(context.Terminal, notes);
            MergeAnswer.WriteResult(context.Terminal, directory, plan, result);
        }
    }

    private static StreamedMergeResult Merge(
        CliContext context, MergePlan plan, StreamedMerge merge, string directory, StreamedMergeOptions options, MergeDisplay display)
    {
        try
        {
            using (display)
            {
                return merge.Run(plan, directory, options, display.Report, context.Cancellation);
            }
        }
        catch
        {
            if (Directory.Exists(AtomicDirectory.PartialPathOf(directory)))
            {
                context.Terminal.Error.WriteLine(
                    "The files that are finished are kept: the same command goes on after them, and with --restart it starts over.");
            }

            throw;
        }
    }
}
