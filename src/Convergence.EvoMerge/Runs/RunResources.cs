using Convergence.EvoMerge.Fitness.Cache;
using Convergence.EvoMerge.Fitness.Evaluation;
using Convergence.EvoMerge.Runs.Checkpoints;

namespace Convergence.EvoMerge.Runs;

/// <summary>What a run holds as long as it lives: devices with their models, and its files.</summary>
/// <param name="Devices">Outlives what works on them.</param>
/// <param name="Pool">Scores models.</param>
/// <param name="Merger">Merges batches of candidates.</param>
/// <param name="Log">The evaluation log, which no other run may open meanwhile.</param>
/// <param name="Store">The checkpoint directory.</param>
internal sealed record RunResources(
    RunDevices Devices, EvaluatorPool Pool, CandidateMerger Merger, EvaluationLog Log, CheckpointStore Store) : IDisposable
{
    public void Dispose()
    {
        Merger.Dispose();
        Log.Dispose();
        Pool.Dispose();
        Devices.Dispose();
    }
}
