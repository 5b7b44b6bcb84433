using System.CommandLine;
using Convergence.Cli.Help;
using Convergence.Cli.Hosting;
using Convergence.Cli.Optimizing;
using Convergence.Optimization.Results;

namespace Convergence.Cli.Commands;

/// <summary><c>convergence report</c>.</summary>
internal static class ReportCommand
{
    private static readonly Argument<string> Run = new("RUN_DIR") { Description = "The directory of a run of 'convergence optimize'." };

    private static readonly Option<string?> Output = new("--output", "--out", "-o")
    {
        Description = "Where to write the files. By default the run's directory.",
        HelpName = "DIR",
    };

    private static readonly Option<bool> Json = CommonOptions.Json("Write the result as one JSON object.");

    public static Command Create(CliContext context)
    {
        var command = new DocumentedCommand(
            "report",
            "Make the files of an optimization's results again, and show what it found.",
            [
                ("The reports of a run, again", "convergence report results"),
                ("Copies elsewhere", "convergence report results -o for-the-team"),
            ])
        {
            ExtraExitCodes =
            [
                (ExitCode.NoValidCandidate, "no configuration could be scored"),
                (ExitCode.CutShort, "calls that failed had cut the run short"),
            ],
        };
        command.Add(Run);
        command.Add(Output);
        command.Add(Json);
        command.SetAction(parsed => Write(parsed, context.Terminal));
        return command;
    }

    private static int Write(ParseResult parsed, Terminal terminal)
    {
        var directory = parsed.GetRequiredValue(Run);
        var (result, settings) = ResultFile.Read(directory);
        var files = ResultWriter.Write(Path.GetFullPath(parsed.GetValue(Output) ?? directory), result, settings);
        if (parsed.GetValue(Json))
        {
            terminal.Out.WriteLine(OptimizationAnswer.ToJson(result, files).ToJsonString());
        }
        else
        {
            OptimizationAnswer.Print(terminal.Out, result, files);
        }

        return OptimizationAnswer.ExitCodeOf(result);
    }
}
