using System.Collections.Immutable;
using System.CommandLine;
using Convergence.Cli.Help;
using Convergence.Cli.Hosting;
using Convergence.Foundation.Files;
using Convergence.Foundation.Text;
using Convergence.Merging;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Devices;

namespace Convergence.Cli.Commands;

/// <summary><c>convergence merge</c>.</summary>
internal static class MergeCommand
{
    private static readonly Argument<string> Recipe = new("RECIPE") { Description = "The recipe: a YAML file in mergekit's format." };

    private static readonly Option<string?> Output = CommonOptions.Output(
        "The model directory to write; it must not exist. Needed but with --plan.");

    private static readonly Option<string?> Root = CommonOptions.Root(" in the recipe");

    private static readonly Option<string?> Dialect = CreateDialect();

    private static readonly Option<bool> Plan = new("--plan")
    {
        Description = "Say what the merge would read, write, need and take; do not merge.",
    };

    // Less is a slip of the unit: smaller shards are of no use to anyone.
    private const long MinShardByteCount = 1_000;

    private static readonly Option<long?> ShardSize = CommonOptions.Size(
        "--shard-size", "Divide the weights into files of at most this size. By default 5GB.", MinShardByteCount);

    private static readonly Option<long?> Memory = CommonOptions.Size(
        "--memory", "Use at most this much memory, besides the parents' mapped files. By default a quarter of the machine's.");

    private static readonly Option<DeviceRequest> Device = CommonOptions.Device();

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
                ("In files of 2 GB, with at most 1 GiB of memory",
                    "convergence merge recipe.yaml -o merged --shard-size 2GB --memory 1GiB"),
                ("On the first GPU that can be used", "convergence merge recipe.yaml -o merged --device cuda"),
                ("Read a recipe without the key dialect as one of this product's own",
                    "convergence merge recipe.yaml -o merged --dialect evomerge"),
                ("The recipe names models relative to another directory", "convergence merge recipe.yaml -o merged --root models"),
            ])
        {
            Recipe,
            Output,
            Root,
            Plan,
            ShardSize,
            Memory,
            Device,
            Restart,
            Dialect,
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
        var json = parsed.GetValue(Json);
        var recipePath = parsed.GetRequiredValue(Recipe);
        if (!parsed.GetValue(Plan))
        {
            AtomicDirectory.RefuseExisting(parsed.GetValue(Output)!);
        }

        var sequence = RecipeReader.ReadSequence(recipePath, parsed.GetValue(Dialect) is { } dialect ? DialectNames.Parse(dialect) : null);
        using var parents = CommonOptions.OpenParents(parsed, Root);
        using var device = context.OpenDevice(parsed.GetValue(Device), work: DeviceWork.Merging);
        var merge = new StreamedMerge(device, context.Time);
        if (parsed.GetValue(Plan))
        {
            using var host = new CpuDevice(threadCount: 1);
            using var planner = new SequencePlanner(parents, host);
            ShowPlans(context.Terminal, sequence, planner.Plan(sequence), plan => merge.Forecast(plan, options), json);
        }
        else
        {
            context.WatchCancellation();
            if (sequence.Steps.Length > 1)
            {
                CheckAhead(sequence, parents, parsed.GetValue(Output)!);
            }

            new SequenceMerger(context, merge, options, json).Run(sequence, parents, parsed.GetValue(Output)!);
        }

        return ExitCode.Success;
    }

    private static void ShowPlans(
        Terminal terminal, RecipeSequence sequence, ImmutableArray<MergePlan> plans, Func<MergePlan, MergeForecast> forecast, bool json)
    {
        var forecasts = plans.Select(forecast).ToList();
        for (var index = 0; index < plans.Length; index++)
        {
            List<string> notes = [.. index == 0 ? sequence.Notes : [], .. plans[index].Warnings];
            var name = sequence.Steps[index].Name;
            if (json)
            {
                terminal.Out.WriteLine(MergeAnswer.PlanJson(name, plans[index], forecasts[index], notes).ToJsonString());
            }
            else
            {
                MergeAnswer.WriteNotes(terminal, notes);
                var heading = plans.Length == 1
                    ? "" : FormattableString.Invariant($"step {index + 1} of {plans.Length}, {name ?? "the result"}: ");
                MergeAnswer.WritePlan(terminal, heading, plans[index], forecasts[index]);
            }
        }

        if (plans.Length > 1 && !json)
        {
            MergeAnswer.WriteTotal(terminal, forecasts);
        }
    }

    /// <summary>Finds out before the first of several merges what would stop a later one.</summary>
    private static void CheckAhead(RecipeSequence sequence, ParentModels parents, string output)
    {
        using var planner = new SequencePlanner(new ParentModels(parents.RootDirectory));
        foreach (var plan in planner.Plan(sequence))
        {
            OutputPlace.Refuse(output, parents, plan.Models.Except(sequence.Steps.Select(step => step.Name).OfType<string>()));
        }
    }

    private static Option<string?> CreateDialect()
    {
        var option = new Option<string?>("--dialect")
        {
            Description = "Whose defaults hold for parameters that the recipe leaves out: evomerge (the papers') or mergekit. "
                + "By default what the file says, else mergekit.",
            HelpName = "NAME",
        };
        option.CompletionSources.Add([.. DialectNames.All]);
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var name }] && DialectNames.Parse(name) is null)
            {
                result.AddError(
                    $"--dialect: '{name}' is not known.{Suggestion.Phrase(name, DialectNames.All)} It "
                    + $"is one of {string.Join(", ", DialectNames.All)}.");
            }
        });
        return option;
    }
}
