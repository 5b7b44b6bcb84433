using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Convergence.Cli.Help;
using Convergence.Cli.Hosting;
using Convergence.Cli.Optimizing;
using Convergence.Cli.Progress;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.Results;
using Convergence.Optimization.Runs;
using Convergence.Optimization.Runs.Events;

namespace Convergence.Cli.Commands;

/// <summary>
/// <c>convergence optimize</c>. The optimizer is loaded when the command runs, so that no other command starts slower for it.
/// </summary>
internal static class OptimizeCommand
{
    private static readonly Argument<string> Config = new("FILE") { Description = "What to optimise and how: a YAML or JSON file." };

    private static readonly Option<bool> Plan = new("--plan") { Description = "Say what a run will take; call nothing, write nothing." };

    private static readonly Option<string?> Output = new("--output", "--out", "-o")
    {
        Description = "The directory of the run and its results, in place of output.save_path.",
        HelpName = "DIR",
    };

    private static readonly Option<bool> Restart = new("--restart")
    {
        Description = "Begin anew where a run of another configuration lies; answers to equal calls are used again.",
    };

    private static readonly Option<ulong?> Seed = CommonOptions.OptionalNumber(
        "--seed", "The seed, in place of optimization.seed: equal seeds and answers, equal runs.", 0UL, ulong.MaxValue);

    private static readonly Option<decimal?> Budget = CommonOptions.OptionalNumber(
        "--budget-usd", "What the run may spend at most, in US dollars, in place of optimization.budget.usd.", 0m, 1_000_000m);

    private static readonly Option<bool> Json = CommonOptions.Json("Write progress and result as JSON, an object a line.");

    public static Command Create(CliContext context)
    {
        var command = new DocumentedCommand(
            "optimize",
            "Find the best configuration of an API: model, temperature, any parameter, over test cases, metrics and cost.",
            [
                ("What a run will take", "convergence optimize optimization.yaml --plan"),
                ("Run, or go on with a run that was stopped", "convergence optimize optimization.yaml"),
                ("For at most half a dollar, into another directory",
                    "convergence optimize optimization.yaml --budget-usd 0.50 -o results/cheap"),
                ("Feed another program",
                    "convergence optimize optimization.yaml --json | jq 'select(.event == \"generation\") | .best'"),
            ])
        {
            ExtraExitCodes =
            [
                (ExitCode.NoValidCandidate, "no configuration could be scored"),
                (ExitCode.CutShort, "calls that failed cut the run short; the same command goes on with it"),
                (ExitCode.Cancelled, "cancelled by Ctrl-C or SIGTERM, once calls under way were answered; a second one waits for none"),
            ],
        };
        command.Add(Config);
        command.Add(Plan);
        command.Add(Output);
        command.Add(Restart);
        command.Add(Seed);
        command.Add(Budget);
        command.Add(Json);
        command.SetAction(parsed => RunAsync(parsed, context).GetAwaiter().GetResult());
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CliContext context)
    {
        var config = OptimizationConfigReader.ReadFile(
            parsed.GetRequiredValue(Config), new ReaderOptions { Overrides = OverridesOf(parsed) });
        var best = new BestSoFar();
        var options = new RunOptions { Restart = parsed.GetValue(Restart), Time = context.Time };
        if (parsed.GetValue(Plan))
        {
            return await ShowPlanAsync(config, options, parsed, context.Terminal);
        }

        var prepared = await PreparedRun.CreateAsync(config, options);
        await using (prepared)
        {
            // From here on what was answered is kept, whatever happens.
            context.WatchCancellation();
            var display = OptimizationDisplay.For(
                context, config.Api.Name, parsed.GetValue(Json), parsed.GetValue(CommonOptions.Verbose));
            try
            {
                var progress = new Broadcast<OptimizationEvent>(best, display);
                var result = display.Show(() => prepared.Run.RunAsync(progress, context.Cancellation).GetAwaiter().GetResult());
                return Finish(result, config, parsed, context.Terminal);
            }
            catch (OperationCanceledException)
            {
                return SayHowToGoOn(best.Outcome, parsed, context.Terminal);
            }
        }
    }

    private static ImmutableSortedDictionary<string, string> OverridesOf(ParseResult parsed)
    {
        var overrides = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (parsed.GetValue(Seed) is { } seed)
        {
            overrides["optimization.seed"] = seed.ToString(CultureInfo.InvariantCulture);
        }

        if (parsed.GetValue(Budget) is { } budget)
        {
            overrides["optimization.budget.usd"] = budget.ToString(CultureInfo.InvariantCulture);
        }

        if (parsed.GetValue(Output) is { } directory)
        {
            overrides["output.save_path"] = Path.GetFullPath(directory);
        }

        return overrides.ToImmutable();
    }

    private static async Task<int> ShowPlanAsync(OptimizationConfig config, RunOptions options, ParseResult parsed, Terminal terminal)
    {
        var forecast = await PreparedRun.ForecastAsync(config, options);
        if (parsed.GetValue(Json))
        {
            var plan = ForecastText.ToJson(forecast);
            plan.Insert(0, "event", "plan");
            plan["notes"] = new JsonArray([.. Warnings(config).Select(warning => (JsonNode)warning)]);
            terminal.Out.WriteLine(plan.ToJsonString());
            return ExitCode.Success;
        }

        ForecastText.Print(terminal.Out, forecast);
        foreach (var warning in Warnings(config))
        {
            terminal.Out.WriteLine($"note: {warning}");
        }

        return ExitCode.Success;
    }

    private static IEnumerable<string> Warnings(OptimizationConfig config) =>
        config.Findings.Where(finding => finding.IsWarning).Select(finding => $"{finding.Key}: {finding.Message}");

    private static int Finish(OptimizationResult result, OptimizationConfig config, ParseResult parsed, Terminal terminal)
    {
        var files = ResultWriter.Write(config.Output.SavePath, result, ReportSettings.Of(config));
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

    private static int SayHowToGoOn(ConfigurationOutcome? best, ParseResult parsed, Terminal terminal)
    {
        var command = ResumeHint.Of(
        [
            "optimize",
            parsed.GetRequiredValue(Config),
            .. Given(Output, parsed.GetValue(Output)),
            .. Given(Seed, parsed.GetValue(Seed)?.ToString(CultureInfo.InvariantCulture)),
            .. Given(Budget, parsed.GetValue(Budget)?.ToString(CultureInfo.InvariantCulture)),
        ]);
        if (parsed.GetValue(Json))
        {
            terminal.Out.WriteLine(new JsonObject
            {
                ["event"] = "result",
                ["success"] = false,
                ["stop_reason"] = "cancelled",
                ["best_config"] = best?.Parameters.DeepClone(),
                ["best_score"] = best?.Score,
                ["resume_command"] = command,
            }.ToJsonString());
        }
        else if (best is not null)
        {
            terminal.Out.WriteLine($"best so far {ResultText.Score(best.Score)}: {ResultText.Parameters(best)}");
        }

        terminal.Error.WriteLine("cancelled; every answer is kept");
        terminal.Error.WriteLine($"to go on: {command}");
        return ExitCode.Cancelled;
    }

    private static IEnumerable<string> Given(Option option, string? value) => value is null ? [] : [option.Name, value];
}
