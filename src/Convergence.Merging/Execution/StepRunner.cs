using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>
/// Makes one tensor of several jobs from the same inputs: prepares every job's step, then goes through the inputs run by run, every step
/// over each run while the caches hold it. Steps that are combinations of the inputs go together through one kernel.
/// </summary>
internal sealed class StepRunner(ComputeDevice device)
{
    // Inputs and outputs of a run stay in a shared cache of some 16 MB.
    private const long RunByteCount = 8 << 20;

    // Runs are whole multiples of what a device's kernels share out.
    private const long RunGranule = 512 * 1024;

    public void Run(TensorMergeContext context, (JobState Job, MergeTask Task)[] group)
    {
        var steps = new List<PreparedStep>(group.Length);
        try
        {
            foreach (var (job, task) in group)
            {
                steps.Add(new PreparedStep(job.Prepare(task, context), job.Target.Allocate(task, device), task.Operation.RunUnit(task.Shape)));
            }

            RunAll(context, StepBatch.Join(steps));
        }
        finally
        {
            steps.ForEach(step => step.Step.Dispose());
        }

        for (var index = 0; index < group.Length; index++)
        {
            group[index].Job.Complete(group[index].Task, steps[index].Output, device.Merging);
        }
    }

    private void RunAll(TensorMergeContext context, IReadOnlyList<StepBatch> batches)
    {
        var runLength = RunLength(context, batches.Count);
        foreach (var batch in batches.Where(batch => runLength is null || !batch.CutsAnywhere))
        {
            batch.Run(device.Merging, context.BaseOrNull, context.Inputs, start: 0, count: null);
        }

        if (runLength is not { } length)
        {
            return;
        }

        var elementCount = context.Inputs[0].ElementCount;
        var inputs = new DeviceTensor[context.Inputs.Length];
        for (long start = 0; start < elementCount; start += length)
        {
            var count = Math.Min(length, elementCount - start);
            for (var input = 0; input < inputs.Length; input++)
            {
                inputs[input] = context.Inputs[input].Slice(start, count);
            }

            var baseTensor = context.BaseOrNull?.Slice(start, count);
            foreach (var batch in batches.Where(batch => batch.CutsAnywhere))
            {
                batch.Run(device.Merging, baseTensor, inputs, start, count);
            }
        }
    }

    // How many elements to take at a time; null to take the whole tensor, which a single batch reads only once anyhow.
    private static long? RunLength(TensorMergeContext context, int batchCount)
    {
        if (batchCount < 2 || context.InputByteCount <= RunByteCount)
        {
            return null;
        }

        var elements = RunByteCount * context.Inputs[0].ElementCount / context.InputByteCount;
        return Math.Max(RunGranule, elements / RunGranule * RunGranule);
    }
}
