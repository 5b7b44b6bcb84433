using System.Globalization;
using Convergence.EvoMerge.Configuration;
using Convergence.EvoMerge.Runs;
using Convergence.Foundation.Files;
using Serilog;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Formatting.Json;
using ILogger = Microsoft.Extensions.Logging.ILogger;

namespace Convergence.Cli.Logging;

/// <summary>
/// A run's log: <c>run.log.jsonl</c> in its checkpoint directory, one JSON object a line, appended to by resumed runs; warnings also go to
/// the error stream, and everything with <c>--verbose</c>. The file appears with the first event, so a job that is refused leaves none.
/// </summary>
internal sealed class RunLog(EvoMergeConfig config, bool verbose) : IProgress<RunEvent>, IDisposable
{
    public const string FileName = "run.log.jsonl";

    private SerilogLoggerFactory? _factory;
    private ILogger? _logger;

    /// <summary>The file's full path.</summary>
    public string Path { get; } = System.IO.Path.Combine(config.Checkpoints, FileName);

    private ILogger Logger => _logger ??= Open();

    public void Report(RunEvent value)
    {
        switch (value)
        {
            case RunStarted started:
                RunLogEvents.RunStarted(
                    Logger, config.Name, config.Seed, started.Device, started.Workers, started.Generation, started.Evaluations,
                    started.ResumedFrom, started.Configuration.ToJsonString());
                break;
            case PhaseStarted phase:
                RunLogEvents.PhaseStarted(Logger, phase.Phase.ToString());
                break;
            case GenerationCompleted generation:
                ReportGeneration(generation);
                break;
            case CheckpointWritten checkpoint:
                RunLogEvents.CheckpointWritten(Logger, checkpoint.Path, checkpoint.Generation);
                break;
            case CandidateEvaluated candidate:
                RunLogEvents.CandidateEvaluated(
                    Logger,
                    candidate.Generation,
                    candidate.Technique,
                    candidate.Fitness,
                    candidate.FromCache,
                    candidate.MergeSeconds,
                    candidate.ScoreSeconds,
                    candidate.Failure);
                break;
            case RunNote note:
                RunLogEvents.RunNote(Logger, note.Text);
                break;
            case RunCompleted completed:
                RunLogEvents.RunCompleted(
                    Logger, completed.Outcome.StopReason.ToString(), completed.Outcome.CheckpointPath, completed.Outcome.OutputDirectory);
                break;
        }
    }

    /// <summary>Records why a run did not end well: with the stack trace when it is a bug.</summary>
    public void ReportFailure(Exception exception)
    {
        if (exception is ConvergenceException or OperationCanceledException or IOException or UnauthorizedAccessException)
        {
            // A run that never began has no log, and a refusal is no reason to start one.
            if (_logger is not null)
            {
                RunLogEvents.RunRefused(Logger, exception.Message);
            }

            return;
        }

        RunLogEvents.RunFailed(Logger, exception);
    }

    public void Dispose()
    {
        try
        {
            _factory?.Dispose();
        }
        catch (Exception exception) when (WriteFailure.IsRefusal(exception))
        {
            // A full disk takes the log's last lines; why the run ended has been said, and must not be drowned out.
        }
    }

    private void ReportGeneration(GenerationCompleted generation)
    {
        var (record, summary) = (generation.Record, generation.Record.Summary);
        RunLogEvents.GenerationCompleted(
            Logger,
            summary.Generation + 1,
            generation.GenerationCount,
            summary.BestFitness,
            summary.MeanFitness,
            summary.Diversity,
            record.EvaluationCount,
            record.CacheHitCount,
            summary.FailureCount,
            summary.ImmigrantCount,
            summary.MutationStrength,
            record.BestTechnique,
            record.MergeSeconds,
            record.ScoreSeconds,
            record.ElapsedSeconds);
    }

    private ILogger Open()
    {
        Directory.CreateDirectory(config.Checkpoints);
        var serilog = new LoggerConfiguration()
            .MinimumLevel.Debug()
            .WriteTo.File(
                new JsonFormatter(renderMessage: true, formatProvider: CultureInfo.InvariantCulture), Path, fileSizeLimitBytes: null)
            .WriteTo.Console(
                restrictedToMinimumLevel: verbose ? LogEventLevel.Debug : LogEventLevel.Warning,
                outputTemplate: verbose
                    ? "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj}{NewLine}{Exception}"
                    : "{Level:w}: {Message:lj}{NewLine}",
                formatProvider: CultureInfo.InvariantCulture,
                standardErrorFromLevel: LogEventLevel.Verbose)
            .CreateLogger();
        _factory = new SerilogLoggerFactory(serilog, dispose: true);
        return _factory.CreateLogger("Convergence.EvoMerge");
    }
}
