using System.Collections.Immutable;
using System.CommandLine;
using Convergence.Cli.Help;
using Convergence.Cli.Hosting;
using Convergence.Cli.Optimizing;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.Results;
using Convergence.Optimization.Runs;

namespace Convergence.Cli.Commands;

/// <summary><c>convergence rescore</c>.</summary>
internal static class RescoreCommand
{
    private const string DefaultFolder = "rescored";

    private static readonly Argument<string> Run = new("RUN_DIR") { Description = "The directory of a run of 'convergence optimize'." };

    private static readonly Option<string?> Config = new("--config")
    {
        Description = "The configuration with the new weights or metrics. By default the file that the run was made from, as it is now.",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Output = new("--output", "--out", "-o")
    {
        Description = $"Where to write the results. By default {DefaultFolder}/ in the run's directory, so that its own stay.",
        HelpName = "DIR",
    };

    private static readonly Option<bool> Json = CommonOptions.Json("Write the result as one JSON object.");

    public static Command Create(CliContext context)
    {
        var command = new DocumentedCommand(
            "rescore",
            "Score the kept answers of an optimization anew, by other weights, metrics or expectations. Nothing is called.",
            [
                ("After a change of weights in the file", "convergence rescore results"),
                ("By another file", "convergence rescore results --config cheaper.yaml -o results-cheaper"),
            ])
        {
            ExtraExitCodes =
            [
                (ExitCode.NoValidCandidate, "no configuration could be scored"),
                (ExitCode.CutShort, "calls that failed had cut the run short"),
            ],
        };
        command.Add(Run);
        command.Add(Config);
        command.Add(Output);
        command.Add(Json);
        command.SetAction(parsed => Score(parsed, context));
        return command;
    }

    private static int Score(ParseResult parsed, CliContext context)
    {
        var directory = Path.GetFullPath(parsed.GetRequiredValue(Run));
        var overrides = ImmutableSortedDictionary<string, string>.Empty.Add("output.save_path", directory);
        var config = OptimizationConfigReader.ReadFile(
            parsed.GetValue(Config) ?? ConfigurationOf(directory), new ReaderOptions { Overrides = overrides });
        context.WatchCancellation();
        var result = Rescoring.RunAsync(config, new RunOptions { Time = context.Time }, context.Cancellation).GetAwaiter().GetResult();
        var place = Path.GetFullPath(parsed.GetValue(Output) ?? Path.Combine(directory, DefaultFolder));
        var files = ResultWriter.Write(place, result, ReportSettings.Of(config, place) with { Export = null });
        if (parsed.GetValue(Json))
        {
            context.Terminal.Out.WriteLine(OptimizationAnswer.ToJson(result, files).ToJsonString());
        }
        else
        {
            OptimizationAnswer.Print(context.Terminal.Out, result, files);
        }

        return OptimizationAnswer.ExitCodeOf(result);
    }

    private static string ConfigurationOf(string directory)
    {
        var source = Path.GetFullPath(ResultFile.Read(directory).Settings.Source, directory);
        return File.Exists(source)
            ? source
            : throw new ConvergenceException($"{source}: the file that the run was made from is not there any more. Name one by --config.");
    }
}
