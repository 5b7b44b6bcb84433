using System.CommandLine;
using Convergence.Cli.Help;
using Convergence.Cli.Hosting;
using Convergence.Cli.Logging;
using Convergence.Cli.Progress;
using Convergence.EvoMerge.Configuration;
using Convergence.EvoMerge.Results;
using Convergence.EvoMerge.Runs;
using Convergence.EvoMerge.Runs.Checkpoints;
using Convergence.Foundation.Files;

namespace Convergence.Cli.Commands;

/// <summary><c>convergence evolve</c>.</summary>
internal static class EvolveCommand
{
    private static readonly Argument<string> Config = new("CONFIG") { Description = "The job: a YAML or JSON file." };

    private static readonly Option<string?> Resume = new("--resume")
    {
        Description = "Go on from a checkpoint: a file, or 'latest'.",
        HelpName = "FILE|latest",
    };

    private static readonly Option<bool> Json = CommonOptions.Json("Write progress and result as JSON, an object a line.");

    // Each replaces the key of its name in the configuration and is checked like it.
    private static readonly Option<string?>[] Overrides =
    [
        new("--device") { Description = "Where to compute: auto or cpu; cuda is not built in yet.", HelpName = "DEVICE" },
        new("--generations") { Description = "Generations to run.", HelpName = "N" },
        new("--seed") { Description = "The seed: equal seeds, equal runs.", HelpName = "N" },
        new("--name") { Description = "The run's name, which names its directories.", HelpName = "NAME" },
        new("--out") { Description = "The directory to write; it must not exist. By default runs/NAME.", HelpName = "DIR" },
        new("--checkpoints") { Description = "The directory of its checkpoints. By default checkpoints/NAME.", HelpName = "DIR" },
    ];

    public static Command Create(CliContext context)
    {
        var command = new DocumentedCommand(
            "evolve",
            "Evolve specialists into one better model: a search over ways to merge their weights.",
            [
                ("Run a job", "convergence evolve examples/evolve-cognates.yaml"),
                ("Shorter, with another seed, beside the first run", "convergence evolve job.yaml --generations 20 --seed 7 --name short"),
                ("Go on after Ctrl-C or a crash, as if it had never stopped", "convergence evolve job.yaml --resume latest"),
                ("Feed another program", "convergence evolve job.yaml --json | jq 'select(.event == \"generation\") | .best'"),
            ])
        {
            ExtraExitCodes =
            [
                (ExitCode.NoValidCandidate, "the search found no valid candidate"),
                (ExitCode.Cancelled, "cancelled by Ctrl-C or SIGTERM: a checkpoint was written; the message says how to resume"),
            ],
        };
        command.Add(Config);
        Array.ForEach(Overrides, command.Add);
        command.Add(Resume);
        command.Add(Json);
        command.SetAction(parsed => Run(parsed, context));
        return command;
    }

    private static int Run(ParseResult parsed, CliContext context)
    {
        var isJson = parsed.GetValue(Json);
        var isVerbose = parsed.GetValue(CommonOptions.Verbose);
        var overrides = Overrides
            .Select(option => (Name: option.Name.TrimStart('-'), Value: parsed.GetValue(option)))
            .Where(option => option.Value is not null)
            .ToDictionary(option => option.Name, option => option.Value!);
        var config = EvoMergeConfigReader.ReadFile(parsed.GetRequiredValue(Config), overrides);
        using var log = new RunLog(config, isVerbose);
        try
        {
            using var run = EvolutionRun.Create(config, parsed.GetValue(Resume), context.Time);
            context.WatchCancellation();
            var display = CreateDisplay(context, config.Name, isJson, isVerbose);
            using var notice = context.Cancellation.Register(
                () => display.Notice("stopping: the current evaluation ends and a checkpoint is written; Ctrl-C again stops at once"));
            var outcome = display.Show(
                () => RunOrSayHowToGoOn(run, config, new Broadcast<RunEvent>(log, display), parsed, context.Cancellation));
            return Finish(outcome, parsed, context.Terminal, isJson);
        }
        catch (Exception exception)
        {
            log.ReportFailure(exception);
            throw;
        }
    }

    /// <summary>Hours of search are not lost to a full disk, and whoever reads of one should know.</summary>
    private static RunOutcome RunOrSayHowToGoOn(
        EvolutionRun run, EvoMergeConfig config, IProgress<RunEvent> progress, ParseResult parsed, CancellationToken cancellation)
    {
        try
        {
            return run.Run(progress, cancellation);
        }
        catch (Exception exception) when (CanGoOn(exception, config))
        {
            throw new ConvergenceException(
                $"{exception.Message} What was scored is kept: when that is mended, go on by {ResumeHint.For(parsed, Config, Overrides)}",
                exception);
        }
    }

    private static bool CanGoOn(Exception exception, EvoMergeConfig config) =>
        (WriteFailure.IsRefusal(exception.InnerException ?? exception) || Directory.Exists(config.Out))
        && new CheckpointStore(config.Checkpoints, config.CheckpointKeep).Generations().Count > 0;

    private static RunDisplay CreateDisplay(CliContext context, string jobName, bool isJson, bool isVerbose)
    {
        var terminal = context.Terminal;
        if (isJson)
        {
            return new JsonDisplay(terminal.Out, terminal.Error);
        }

        // Log lines would tear a panel apart, so --verbose takes the plain lines.
        return terminal.IsInteractive && !isVerbose
            ? new LiveDisplay(Spectre.Console.AnsiConsole.Console, jobName, context.Time)
            : new PlainDisplay(terminal.Out, terminal.Error);
    }

    private static int Finish(RunOutcome outcome, ParseResult parsed, Terminal terminal, bool isJson)
    {
        var resume = outcome.StopReason == StopReason.Cancelled ? ResumeHint.For(parsed, Config, Overrides) : null;
        if (isJson)
        {
            terminal.Out.WriteLine(EvolveResult.ToJson(outcome, resume).ToJsonString());
        }

        if (outcome.Summary is { } summary)
        {
            if (!isJson)
            {
                EvolveResult.Print(terminal.Out, summary, outcome.OutputDirectory!);
            }

            return ExitCode.Success;
        }

        terminal.Error.WriteLine($"cancelled; checkpoint {WorkingPath.Of(outcome.CheckpointPath)}");
        terminal.Error.WriteLine($"to go on: {resume}");
        return ExitCode.Cancelled;
    }
}
