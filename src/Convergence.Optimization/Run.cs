using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.Runs;
using Convergence.Optimization.Runs.Events;

namespace Convergence;

/// <summary>
/// Optimises an API from a program. What is wrong with a configuration or an API is said by the result; only cancelling throws.
/// </summary>
public static class Run
{
    /// <summary>Optimises what a configuration says.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="options">Functions, evaluators, listeners. Default: none.</param>
    /// <param name="cancellation">
    /// Ends the run, once the calls that were sent are answered. Every answer is kept, and the next run goes on from there.
    /// </param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static Task<OptimizationRunResult> OptimizeAsync(
        OptimizationConfig config, RunOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(config);
        return GuardedAsync(() => RunAsync(config, options ?? new RunOptions(), cancellation));
    }

    /// <summary>Optimises what a program says in the shape of a file.</summary>
    /// <param name="config">Keys and values as a YAML file has them. It is not changed.</param>
    /// <param name="options">Functions, evaluators, listeners. Default: none.</param>
    /// <param name="cancellation">
    /// Ends the run, once the calls that were sent are answered. Every answer is kept, and the next run goes on from there.
    /// </param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static Task<OptimizationRunResult> OptimizeAsync(
        JsonObject config, RunOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(config);
        var given = options ?? new RunOptions();

        // A program may name what paths it likes; files from elsewhere may not.
        var reading = ReadingOf(given) with { AllowsOutsidePaths = true };
        return GuardedAsync(() => RunAsync(OptimizationConfigReader.FromDictionary(config, options: reading), given, cancellation));
    }

    /// <summary>Optimises what a file says.</summary>
    /// <param name="path">A YAML or JSON file; paths in it are relative to its directory.</param>
    /// <param name="options">Functions, evaluators, listeners. Default: none.</param>
    /// <param name="cancellation">
    /// Ends the run, once the calls that were sent are answered. Every answer is kept, and the next run goes on from there.
    /// </param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static Task<OptimizationRunResult> FromYaml(
        string path, RunOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var given = options ?? new RunOptions();
        return GuardedAsync(() => RunAsync(OptimizationConfigReader.ReadFile(path, ReadingOf(given)), given, cancellation));
    }

    /// <summary>Optimises what a configuration says, and tells what happens while it happens.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="options">Functions, evaluators, listeners. Default: none.</param>
    /// <param name="cancellation">
    /// Ends the run, once the calls that were sent are answered; so does whoever stops listening. Every answer is kept.
    /// </param>
    /// <returns>Events; the last one is <see cref="RunFinished"/> with the result.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="ConvergenceException">The run cannot begin: the message says why.</exception>
    public static async IAsyncEnumerable<OptimizationEvent> StreamAsync(
        OptimizationConfig config, RunOptions? options = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(config);
        var prepared = await PreparedRun.CreateAsync(config, options ?? new RunOptions()).ConfigureAwait(false);
        await using (prepared.ConfigureAwait(false))
        {
            await foreach (var happened in prepared.Run.StreamAsync(cancellation).ConfigureAwait(false))
            {
                yield return happened;
            }
        }
    }

    private static ReaderOptions ReadingOf(RunOptions options) => new() { TestCases = options.TestCases };

    private static async Task<OptimizationRunResult> GuardedAsync(Func<Task<OptimizationRunResult>> run)
    {
        try
        {
            return await run().ConfigureAwait(false);
        }
        catch (ConvergenceException exception)
        {
            return OptimizationRunResult.Failed(exception.Message);
        }
    }

    private static async Task<OptimizationRunResult> RunAsync(
        OptimizationConfig config, RunOptions options, CancellationToken cancellation)
    {
        var prepared = await PreparedRun.CreateAsync(config, options).ConfigureAwait(false);
        await using (prepared.ConfigureAwait(false))
        {
            var log = new EventLog(options.Events);
            var result = await prepared.Run.RunAsync(log, cancellation).ConfigureAwait(false);
            return OptimizationRunResult.Of(result, [.. log.Lines]);
        }
    }

    private sealed class EventLog(IProgress<OptimizationEvent>? listener) : IProgress<OptimizationEvent>
    {
        public List<string> Lines { get; } = [];

        public void Report(OptimizationEvent value)
        {
            if (OptimizationRunResult.LineOf(value) is { } line)
            {
                Lines.Add(line);
            }

            listener?.Report(value);
        }
    }
}
