using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.Runs.Events;
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
    /// <exception cref="ArgumentException">A metric has no scorer.</exception>
    public OptimizationRun(OptimizationConfig config, RunParts parts)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(parts);
        if (config.Evaluation.Metrics.FirstOrDefault(metric => !parts.Scorers.ContainsKey(metric.Name)) is { } metric)
        {
            throw new ArgumentException($"The metric {metric.Name} has no scorer.", nameof(parts));
        }

        (_config, _parts) = (config, parts);
    }

    /// <summary>Runs, and tells what happens while it happens.</summary>
    /// <param name="cancellation">Ends the run; what was answered is kept.</param>
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
    /// <param name="cancellation">Ends the run; what was answered is kept.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="ConvergenceException">The run cannot begin: the message says why.</exception>
    public async Task<OptimizationResult> RunAsync(
        IProgress<OptimizationEvent>? progress = null, CancellationToken cancellation = default)
    {
        var plan = CasePlan.Of(_config);
        var window = CallsPerWorker * _config.Optimization.ParallelWorkers;
        var setup = new RunSetup(
            _config, _parts, plan, new Objectives(_config.Evaluation, plan), window, progress ?? new Silence());
        using var session = new RunSession(setup);
        var result = await session.RunAsync(cancellation).ConfigureAwait(false);
        setup.Progress.Report(new RunFinished(result));
        return result;
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

    private sealed class Silence : IProgress<OptimizationEvent>
    {
        public void Report(OptimizationEvent value)
        {
        }
    }

    private sealed class Sink(ChannelWriter<OptimizationEvent> events) : IProgress<OptimizationEvent>
    {
        public void Report(OptimizationEvent value) => events.TryWrite(value);
    }
}
