using System.Globalization;
using Convergence.Optimization.Results;
using Convergence.Optimization.Runs.Events;
using Convergence.Reporting;

namespace Convergence.Cli.Optimizing;

/// <summary>
/// For pipes and files: a line for each generation and each thing worth saying; with <c>--verbose</c> for each configuration.
/// </summary>
internal sealed class PlainOptimizationDisplay(TextWriter output, bool isVerbose) : OptimizationDisplay
{
    private readonly Lock _lock = new();

    public override void Report(OptimizationEvent value)
    {
        var line = value switch
        {
            RunStarted started => $"run {started.RunId}: {Describe(started.Forecast)}{Kept(started.ReplayedConfigurations)}",
            GenerationFinished generation => Describe(generation),
            ConfigurationFinished finished when isVerbose => Describe(finished),
            Noted note => $"note: {note.Message}",
            _ => null,
        };
        if (line is null)
        {
            return;
        }

        lock (_lock)
        {
            output.WriteLine(line);
            output.Flush();
        }
    }

    private static string Kept(int configurations) =>
        configurations > 0 ? $"; goes on, {ReadableText.Count(configurations)} configurations are kept" : "";

    private static string Describe(GenerationFinished generation)
    {
        var left = generation.Left is { } remaining ? $"  left {ReadableText.Duration(remaining.TotalSeconds)}" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"generation {generation.Generation}/{generation.Of}  best {ResultText.Score(generation.BestScore)}  "
            + $"mean {ResultText.Score(generation.MeanScore)}  calls {generation.Spent.Calls}{Replayed(generation)}  "
            + $"spent {ResultText.Dollars(generation.Spent.Dollars)}{left}");
    }

    private static string Replayed(GenerationFinished generation) =>
        generation.Spent.ReplayedCalls > 0 ? $" (kept {ReadableText.Count(generation.Spent.ReplayedCalls)})" : "";

    private static string Describe(ConfigurationFinished finished)
    {
        var outcome = finished.Outcome;
        var remark = outcome switch { { Error: { } error } => $"  {error}", { IsPruned: true } => "  given up early", _ => "" };
        return string.Create(
            CultureInfo.InvariantCulture,
            $"  #{outcome.Id + 1}  {ResultText.Score(outcome.Score)}  {outcome.Origin}: {ResultText.Parameters(outcome)}{remark}");
    }
}
