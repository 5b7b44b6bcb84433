using Convergence.Foundation.Text;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.Evaluators;
using Convergence.Optimization.Processes;
using Convergence.Optimization.Targets;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Scoring.Python;

/// <summary>
/// Runs evaluators that are not part of the product: a Python function, in a file beside the configuration or in an installed module, or a
/// program that speaks JSON lines as the Python driver does. The user's files are not changed.
/// </summary>
internal static class PythonBridge
{
    private const string Driver = "Convergence.Optimization.Scoring.Python.evaluator_driver.py";
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    /// <summary>Starts an evaluator once, so that one that cannot work is known before anything is called.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="reference">The evaluator.</param>
    /// <param name="services">What the run shares.</param>
    /// <param name="cancellation">Ends waiting.</param>
    /// <exception cref="EvaluatorException">There is no Python, no such module or function, or it fails as it is loaded.</exception>
    public static async Task<LineProcessPool> StartAsync(
        OptimizationConfig config, EvaluatorReference reference, CallServices services, CancellationToken cancellation)
    {
        var (command, problem) = CommandOf(config, reference, services.ProgramVariable);
        if (problem is not null)
        {
            throw new EvaluatorException($"{config.Source}: {problem}");
        }

        var isPython = command.Count > 1;
        var pool = new LineProcessPool(
            token => StartAsync(command, config.Directory, isPython, token),
            Math.Min(config.Optimization.ParallelWorkers, Environment.ProcessorCount),
            Timeout,
            services.Time);
        if (isPython)
        {
            try
            {
                pool.Add(await StartAsync(command, config.Directory, isPython, cancellation).ConfigureAwait(false));
            }
            catch (LineProcessException exception)
            {
                await pool.DisposeAsync().ConfigureAwait(false);
                throw new EvaluatorException($"{config.Source}: the evaluator {reference.Name} cannot be used: {exception.Message}"
                    + $" It is looked for beside the configuration, in {config.Directory}, and among Python's installed modules.");
            }
        }

        return pool;
    }

    /// <summary>What keeps an evaluator from being started; <see langword="null"/> where nothing is known to.</summary>
    public static string? ProblemOf(OptimizationConfig config, EvaluatorReference reference, Func<string, string?> environment) =>
        CommandOf(config, reference, environment).Problem;

    private static (IReadOnlyList<string> Command, string? Problem) CommandOf(
        OptimizationConfig config, EvaluatorReference reference, Func<string, string?> environment)
    {
        var isPath = reference.Module.AsSpan().IndexOfAny('/', '\\') >= 0 || reference.Module.EndsWith(".py", StringComparison.Ordinal);
        if (isPath)
        {
            var path = Path.GetFullPath(reference.Module, config.Directory);
            var below = Path.GetRelativePath(config.Directory, path);
            if (below.StartsWith("..", StringComparison.Ordinal) || Path.IsPathRooted(below))
            {
                return ([], $"the evaluator {path} lies outside of the configuration's folder {config.Directory}. "
                    + "Move it there, or name an installed module.");
            }

            if (!File.Exists(path))
            {
                return ([], $"the evaluator {path} does not exist. Check evaluation.custom_evaluator.");
            }

            if (!path.EndsWith(".py", StringComparison.Ordinal))
            {
                return ([path], null);
            }
        }

        return PythonInterpreter.Find(environment) is { } python
            ? ([python, "-u", "-c", ReadDriver(), reference.Module, reference.Function, config.Directory], null)
            : ([], $"the evaluator {reference.Name} is a Python function, and there is no Python: neither python3 nor python "
                + $"is on the PATH. Install Python 3.8 or later, set {PythonInterpreter.Variable} to an interpreter, or use one of the "
                + $"built-in evaluators.{Suggestion.Phrase(reference.Name, BuiltInEvaluators.Names)}");
    }

    private static async Task<LineProcess> StartAsync(
        IReadOnlyList<string> command, string directory, bool isPython, CancellationToken cancellation)
    {
        var process = LineProcess.Start(command, directory);
        if (!isPython)
        {
            return process;
        }

        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            patience.CancelAfter(Timeout);
            var state = await process.ReadAsync(message => message.ContainsKey("ready"), patience.Token).ConfigureAwait(false);
            return state["error"] is { } error ? throw new LineProcessException(JsonValues.Text(error) ?? "it failed") : process;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            process.Dispose();
            throw new LineProcessException(
                FormattableString.Invariant($"it was not loaded within {Timeout.TotalSeconds} s"), isTimeout: true);
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }

    private static string ReadDriver()
    {
        using var stream = typeof(PythonBridge).Assembly.GetManifestResourceStream(Driver)
            ?? throw new InvalidOperationException($"{Driver} is missing from the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
