using Convergence.EvoMerge.Configuration;
using Convergence.EvoMerge.Fitness.Cache;
using Convergence.EvoMerge.Fitness.Evaluation;
using Convergence.EvoMerge.Results;
using Convergence.EvoMerge.Runs.Checkpoints;
using Convergence.Foundation.Files;
using Convergence.Merging;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Devices;

namespace Convergence.EvoMerge.Runs;

/// <summary>
/// One job from its configuration to its output directory: ask the search for genomes, merge and score them, tell the search, until
/// the run ends for a <see cref="StopReason"/>; then rank finalists, test the champion and write the results. With
/// <c>speed: analytic</c> the outcome is a function of the models, the tasks, the configuration and its seed; with measured speed it is one
/// of those and of the recorded measurements. Not thread-safe; run once.
/// </summary>
public sealed class EvolutionRun : IDisposable
{
    private readonly RunSetup _setup;
    private readonly RunResources _resources;
    private readonly Checkpoint? _resumed;
    private readonly string? _resumedFrom;
    private readonly TimeProvider _time;

    private EvolutionRun(RunSetup setup, RunResources resources, (string Path, Checkpoint Checkpoint)? resumed, TimeProvider time)
    {
        _setup = setup;
        _resources = resources;
        _resumed = resumed?.Checkpoint;
        _resumedFrom = resumed?.Path;
        _time = time;
    }

    /// <summary>Sets a run up: opens models and tasks, checks that they fit, reads the checkpoint.</summary>
    /// <param name="config">The job.</param>
    /// <param name="resume">A checkpoint file, or <c>latest</c>; <see langword="null"/> for a fresh run.</param>
    /// <param name="time">The clock; <see langword="null"/> for the system's.</param>
    /// <param name="devices">Finds the job's device; <see langword="null"/> for the CPU alone.</param>
    /// <exception cref="ConvergenceException">
    /// The device cannot be had, the output exists, lies in a parent or has no room on its disk, models or tasks cannot be used,
    /// or the checkpoint is missing, damaged or of another job.
    /// </exception>
    public static EvolutionRun Create(
        EvoMergeConfig config, string? resume = null, TimeProvider? time = null, IComputeDeviceFactory? devices = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        time ??= TimeProvider.System;
        var store = new CheckpointStore(config.Checkpoints, config.CheckpointKeep);
        if (resume is null)
        {
            store.RefuseEarlierRun(config.Out);
        }

        AtomicDirectory.RefuseExisting(config.Out);
        var resumed = Load(store, resume);
        var selection = ResumedDevice.Find(devices ?? new CpuDeviceFactory(), config.Device, resumed);
        if (!selection.IsProcessor)
        {
            // Checkpoints tell the kind of device that they belong to.
            config = config with { Device = new DeviceRequest(selection.Device.Kind) };
        }

        return Open(config, selection, store, resumed, time);
    }

    /// <summary>Runs to the end, or until cancelled: then the current evaluations end early and a checkpoint is written.</summary>
    /// <param name="progress">Told of every <see cref="RunEvent"/>, synchronously; see there.</param>
    /// <param name="cancellation">Ends the run in good order.</param>
    /// <exception cref="ConvergenceException">A parent cannot be scored, every candidate failed, or results cannot be written.</exception>
    public RunOutcome Run(IProgress<RunEvent>? progress = null, CancellationToken cancellation = default)
    {
        var events = new OrderedProgress(progress);
        events.Report(new RunStarted(
            _setup.Identity.Configuration,
            _resources.Pool.First.Device.Description,
            _resources.Pool.WorkerCount,
            _resumedFrom,
            _resumed?.Generation ?? 0,
            _resumed?.EvaluationCount ?? 0,
            _resources.Pool.First.MostTogether));
        var execution = new RunExecution(_setup, _resources, _resumed, _time, events);
        var outcome = execution.Run(cancellation);
        events.Report(new RunCompleted(outcome));
        return outcome;
    }

    public void Dispose() => _resources.Dispose();

    // What was opened before something failed is closed again.
    private static EvolutionRun Open(
        EvoMergeConfig config,
        DeviceSelection selection,
        CheckpointStore store,
        (string Path, Checkpoint Checkpoint)? resumed,
        TimeProvider time)
    {
        var runDevices = new RunDevices(selection, config.MixedPrecision.Products());
        EvaluatorPool? pool = null;
        CandidateMerger? merger = null;
        EvaluationLog? log = null;
        try
        {
            var root = Directory.GetCurrentDirectory();
            pool = new EvaluatorPool(
                runDevices.AreMany ? WorkerCount(config) : 1,
                Environment.ProcessorCount,
                threads => new ModelEvaluator(runDevices.Take(threads), root, config.BatchTokens, time));
            var setup = RunSetup.Open(config, pool.First);
            TakeOver(resumed, setup, store);
            var largest = LargestCandidate.ByteCount(setup, pool.First.Parents);
            RefuseOutput(config.Out, largest, setup, pool.First.Parents);
            log = EvaluationLog.Open(config.Checkpoints);
            if (resumed is null)
            {
                // Another run may have begun there in the meantime; none can while this one holds the log.
                store.RefuseEarlierRun(config.Out);
            }

            var plan = RunMemory.Plan(setup, pool.First);
            pool.First.MostTogether = plan?.CandidateCount ?? 1;
            merger = new CandidateMerger(
                runDevices.Take(Environment.ProcessorCount),
                root,
                plan?.CandidatesByteCount ?? CandidateMerger.DefaultByteBudget,
                time,
                plan?.MergesAhead ?? false);
            setup = setup with { SessionNotes = [.. new[] { selection.Note, plan?.Line }.OfType<string>()] };
            return new EvolutionRun(setup, new RunResources(runDevices, pool, merger, log, store), resumed, time);
        }
        catch
        {
            merger?.Dispose();
            log?.Dispose();
            pool?.Dispose();
            runDevices.Dispose();
            throw;
        }
    }

    // Found out now, not after hours of search.
    private static void RefuseOutput(string output, long byteCount, RunSetup setup, ParentModels parents)
    {
        OutputPlace.Refuse(output, parents, setup.Models.All);
        AtomicDirectory.RefuseUnwritable(output);
        AtomicDirectory.RefuseFullDisk(output, byteCount);
    }

    /// <summary>Workers beyond a generation's candidates would idle, and beyond the processors they would only take memory.</summary>
    private static int WorkerCount(EvoMergeConfig config) =>
        config.EnableParallel ? Math.Min(Math.Min(config.NumWorkers, config.PopulationSize), Environment.ProcessorCount) : 1;

    private static (string Path, Checkpoint Checkpoint)? Load(CheckpointStore store, string? resume)
    {
        if (resume is null)
        {
            return null;
        }

        var path = store.Resolve(resume);
        var checkpoint = CheckpointFile.Read(path);
        CheckpointContent.Require(path, checkpoint);
        return (path, checkpoint);
    }

    private static void TakeOver((string Path, Checkpoint Checkpoint)? resumed, RunSetup setup, CheckpointStore store)
    {
        if (resumed is { } found)
        {
            RefuseOtherJob(found.Path, found.Checkpoint, setup);
            CheckpointContent.RequireFit(found.Path, found.Checkpoint, setup);
            store.TakeOver(found.Checkpoint);
        }
    }

    private static void RefuseOtherJob(string path, Checkpoint checkpoint, RunSetup setup)
    {
        var differences = checkpoint.Job.DifferencesTo(setup.Identity);
        if (differences.Length > 0)
        {
            throw new ResumeException(
                $"{path}: is a checkpoint of another job: {string.Join("; ", differences)}. "
                + "Restore what changed, or start a fresh run with another 'checkpoints'.");
        }

        if (checkpoint.Generation > setup.Config.Generations)
        {
            throw new ResumeException(
                $"{path}: holds {checkpoint.Generation} generations, but 'generations' is {setup.Config.Generations}. "
                + "Ask for at least as many, or resume an older checkpoint.");
        }
    }
}
