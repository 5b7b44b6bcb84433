using System.Globalization;
using Convergence.Cli.Hosting;
using Convergence.EvoMerge.Results.Reports;
using Convergence.EvoMerge.Runs;

namespace Convergence.Cli.Progress;

/// <summary>For pipes and files: a line per generation and per thing worth saying.</summary>
internal sealed class PlainDisplay(TextWriter output, TextWriter error) : RunDisplay
{
    private readonly Lock _lock = new();

    public override void Report(RunEvent value)
    {
        var line = value switch
        {
            RunStarted started => $"device {started.Device}; {AtOnce(started)}"
                + (started.ResumedFrom is null
                    ? string.Empty
                    : $"; resumed from {started.ResumedFrom} after {started.Generation} generations and {started.Evaluations} evaluations"),
            PhaseStarted phase => NameOf(phase.Phase),
            GenerationCompleted generation => Describe(generation),
            CheckpointWritten checkpoint => $"checkpoint {WorkingPath.Of(checkpoint.Path)}",
            RunNote note => $"note: {note.Text}",
            _ => null,
        };
        if (line is not null)
        {
            Write(output, line);
        }
    }

    public override void Notice(string text) => Write(error, text);

    private static string Describe(GenerationCompleted generation)
    {
        var (record, summary) = (generation.Record, generation.Record.Summary);
        var failures = summary.FailureCount > 0 ? $"  failed {summary.FailureCount}" : string.Empty;
        var left = generation.Remaining is { } remaining ? $"  left {ReportFormat.Duration(remaining.TotalSeconds)}" : string.Empty;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"generation {summary.Generation + 1}/{generation.GenerationCount}"
            + $"  best {ReportFormat.Fitness(summary.BestFitness ?? double.NaN)}  "
            + $"mean {ReportFormat.Fitness(summary.MeanFitness ?? double.NaN)}"
            + $"  diversity {summary.Diversity:0.000}  evaluated {record.EvaluationCount} "
            + $"(cached {record.CacheHitCount}){failures}  {generation.EvaluationsPerSecond:0.0}/s{left}");
    }

    private void Write(TextWriter writer, string line)
    {
        lock (_lock)
        {
            writer.WriteLine(line);
            writer.Flush();
        }
    }

    private static string AtOnce(RunStarted started) => started.Together > 1
        ? string.Create(CultureInfo.InvariantCulture, $"up to {started.Together} scored together")
        : string.Create(CultureInfo.InvariantCulture, $"{started.Workers} at a time");
}
