using System.CommandLine;
using Convergence.Cli.Comparing;
using Convergence.Cli.Help;
using Convergence.Cli.Hosting;
using Convergence.Cli.Progress;
using Convergence.Merging;
using Convergence.Tensors.Cpu;

namespace Convergence.Cli.Commands;

/// <summary><c>convergence diff</c>.</summary>
internal static class DiffCommand
{
    private static readonly Argument<string> First = new("A") { Description = "A model directory, or model+lora." };

    private static readonly Argument<string> Second = new("B") { Description = "Another." };

    private static readonly Option<bool> Json = CommonOptions.Json("Write the distances as one JSON object.");

    public static Command Create(CliContext context)
    {
        var command = new DocumentedCommand(
            "diff",
            "Show how far two models are from each other, tensor by tensor, in the order of layers.",
            [
                ("A specialist and its base", "convergence diff models/base models/reasoning"),
                ("What an adapter changes", "convergence diff models/base models/base+adapter"),
                ("For other programs", "convergence diff models/base models/reasoning --json"),
            ])
        {
            ExtraExitCodes =
            [
                (ExitCode.NotComparable,
                    "tensors that only one model has, or has in another shape, could not be compared; the others were"),
            ],
        };
        command.Add(First);
        command.Add(Second);
        command.Add(Json);
        command.SetAction(parsed => Run(parsed, context));
        return command;
    }

    private static int Run(ParseResult parsed, CliContext context)
    {
        var (first, second) = (parsed.GetRequiredValue(First), parsed.GetRequiredValue(Second));
        using var parents = CommonOptions.OpenParents(parsed);
        using var device = new CpuDevice();
        context.WatchCancellation();
        var isJson = parsed.GetValue(Json);
        var comparison = Compare(
            context, isJson, progress => ModelComparison.Of(parents, first, second, device, progress, context.Cancellation));
        if (isJson)
        {
            context.Terminal.Out.WriteLine(ComparisonReport.ToJson(first, second, comparison).ToJsonString());
        }
        else
        {
            ComparisonReport.Print(context.Terminal.Out, first, second, comparison);
        }

        return comparison.IncomparableCount == 0 ? ExitCode.Success : ExitCode.NotComparable;
    }

    // With --json the output is one object, and in a pipe the table alone: how far it is stands on the error stream then.
    private static ModelComparison Compare(CliContext context, bool isJson, Func<Action<MergeProgress>?, ModelComparison> compare)
    {
        if (isJson)
        {
            return compare(null);
        }

        var terminal = context.Terminal;
        using var display = MergeDisplay.For(
            terminal.IsInteractive ? terminal : terminal with { Out = terminal.Error }, context.Time, json: false);
        return compare(display.Report);
    }
}
