using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.Runs.Events;
using Convergence.Optimization.Runs.Resuming;
using Convergence.Optimization.Runs.Searching;

namespace Convergence.Optimization.Runs;

/// <summary>
/// Searches the best configuration of an API: generations of configurations are called for the test cases and scored, the search learns
/// from the scores, and the best are at last called for cases that the search never saw. The same configuration, seed and answers give
/// the same result, however long calls take.
/// </summary>
public sealed class OptimizationRun
{
    private const int CallsPerWorker = 2;

    private readonly OptimizationConfig _config;
    private readonly RunParts _parts;

    /// <param name="config">What to optimise.</param>
    /// <param name="parts">What it works with.</param>
    public OptimizationRun(OptimizationConfig config, RunParts parts)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(parts);
        (_config, _parts) = (config, parts);
    }

    /// <summary>Runs, and tells what happens while it happens.</summary>
    /// <param name="cancellation">Ends the run, once the calls that were sent are answered. Every answer is kept.</param>
    /// <returns>Events; the last one is <see cref="RunFinished"/>.</returns>
    public async IAsyncEnumerable<OptimizationEvent> StreamAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var channel = Channel.CreateUnbounded<OptimizationEvent>(new UnboundedChannelOptions { SingleReader = true });
        Task run = Task.Run(() => RunIntoAsync(channel.Writer, stop.Token), CancellationToken.None);
        try
        {
            await foreach (var happened in channel.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
            {
                yield return happened;
            }
        }
        finally
        {
            // Whoever stops listening stops the run.
            await stop.CancelAsync().ConfigureAwait(false);
            await run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Runs.</summary>
    /// <param name="progress">Who is told what happens, in its order; default: nobody.</param>
    /// <param name="cancellation">Ends the run, once the calls that were sent are answered. Every answer is kept.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="ConvergenceException">The run cannot begin: the message says why.</exception>
    public async Task<OptimizationResult> RunAsync(
        IProgress<OptimizationEvent>? progress = null, CancellationToken cancellation = default)
    {
        progress = new InTurn(progress);
        var history = new RunHistory(_parts);
        var header = await BeginAsync(history, cancellation).ConfigureAwait(false);
        var plan = CasePlan.Of(_config);
        var setup = new RunSetup(_config, _parts, plan, new Objectives(_config.Evaluation, plan), header.Window, progress);
        var session = new RunSession(setup, header, history);
        progress.Report(new RunStarted(
            header.RunId, Forecaster.Of(_config, _parts), _parts.Journal?.Configurations().Count ?? 0));
        foreach (var finding in _config.Findings.Where(finding => finding.IsWarning))
        {
            _parts.Notes.Add($"{finding.Key}: {finding.Message}");
        }

        _parts.Notes.Listen(note => progress.Report(new Noted(note)));
        using var stopping = cancellation.Register(
            () => progress.Report(new Noted("stopping: calls that are under way are paid for, and are waited for first")));
        var result = await session.RunAsync(cancellation).ConfigureAwait(false);
        await history.ExportAsync(_config.Legacy, cancellation).ConfigureAwait(false);
        await StoredResults.SaveAsync(_parts, result, cancellation).ConfigureAwait(false);
        result = result with { Notes = _parts.Notes.All };
        progress.Report(new RunFinished(result));
        return result;
    }

    // A run that is taken up again starts from what it started from, whatever was recorded since.
    private async Task<RunHeader> BeginAsync(RunHistory history, CancellationToken cancellation)
    {
        if (_parts.Journal?.Header is { } kept)
        {
            await history.ReopenAsync(cancellation).ConfigureAwait(false);
            _parts.Journal.Begin(kept);
            return kept;
        }

        var started = _parts.Time.GetUtcNow();
        var start = await history.OpenAsync(Forecaster.GenerationSize(_config.Optimization) / 2, cancellation).ConfigureAwait(false);
        var fresh = new RunHeader
        {
            RunId = RunIdentity.RunIdOf(_config, started),
            Started = started,
            Window = CallsPerWorker * _config.Optimization.ParallelWorkers,
            Sections = RunIdentity.Of(_config),
            FormerGenerations = start.Generations,
            WarmStart = start.WarmStart,
            FormerSearches = start.FormerSearches,
        };
        _parts.Journal?.Begin(fresh);
        return fresh;
    }

    private async Task RunIntoAsync(ChannelWriter<OptimizationEvent> events, CancellationToken cancellation)
    {
        try
        {
            await RunAsync(new Sink(events), cancellation).ConfigureAwait(false);
            events.Complete();
        }
        catch (Exception exception)
        {
            events.Complete(exception);
            throw;
        }
    }

    // Notes come from any task.
    private sealed class InTurn(IProgress<OptimizationEvent>? inner) : IProgress<OptimizationEvent>
    {
        private readonly Lock _lock = new();

        public void Report(OptimizationEvent value)
        {
            lock (_lock)
            {
                inner?.Report(value);
            }
        }
    }

    private sealed class Sink(ChannelWriter<OptimizationEvent> events) : IProgress<OptimizationEvent>
    {
        public void Report(OptimizationEvent value) => events.TryWrite(value);
    }
}
