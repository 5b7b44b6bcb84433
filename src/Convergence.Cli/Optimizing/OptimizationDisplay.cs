using Convergence.Cli.Hosting;
using Convergence.Optimization.Runs;
using Convergence.Optimization.Runs.Events;
using Convergence.Reporting;

namespace Convergence.Cli.Optimizing;

/// <summary>Shows an optimization while it works. Events come one at a time, from whatever thread did the work.</summary>
internal abstract class OptimizationDisplay : IProgress<OptimizationEvent>
{
    /// <summary>A panel on a terminal, a line for each generation in a pipe, an object a line for <c>--json</c>.</summary>
    public static OptimizationDisplay For(CliContext context, string name, bool isJson, bool isVerbose) =>
        isJson ? new JsonOptimizationDisplay(context.Terminal.Out)
        : context.Terminal.IsInteractive && !isVerbose
            ? new LiveOptimizationDisplay(Spectre.Console.AnsiConsole.Console, name, context.Time)
        : new PlainOptimizationDisplay(context.Terminal.Out, isVerbose);

    /// <summary>Shows it for as long as <paramref name="work"/> takes.</summary>
    public virtual OptimizationResult Show(Func<OptimizationResult> work) => work();

    public abstract void Report(OptimizationEvent value);

    /// <summary>What a run will take, in one line.</summary>
    protected static string Describe(RunForecast forecast) =>
        $"at most {ReadableText.Count(forecast.Configurations)} configurations on {ReadableText.Count(forecast.SearchCases)} cases"
        + (forecast.HeldOutCases > 0 ? $" ({ReadableText.Count(forecast.HeldOutCases)} more are held out)" : "")
        + $", {ForecastText.Calls(forecast)} calls, {ForecastText.Dollars(forecast)}";
}
