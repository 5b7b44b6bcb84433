using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>
/// Makes one tensor of several jobs from the same inputs: hears what all jobs must know of them,
/// prepares every job's step, then lets the device do all steps together, in one reading of the inputs.
/// </summary>
internal sealed class StepRunner(ComputeDevice device)
{
    public void Run(TensorMergeContext context, (JobState Job, MergeTask Task)[] group, OverflowLooks looks)
    {
        var steps = new List<PreparedStep>(group.Length);
        try
        {
            foreach (var (_, task) in group)
            {
                task.Operation.Announce(context);
            }

            foreach (var (job, task) in group)
            {
                var step = job.Prepare(task, context);
                steps.Add(new PreparedStep(step, job.Target.Allocate(task, device), step.Bound(context.BaseBound, context.InputBounds)));
            }

            device.Merging.Together(() => steps.ForEach(step =>
                step.Step.Run(device.Merging, new MergeRun(context.BaseOrNull, context.Inputs, step.Output))));
        }
        finally
        {
            steps.ForEach(step => step.Step.Dispose());
        }

        for (var index = 0; index < group.Length; index++)
        {
            group[index].Job.Complete(group[index].Task, steps[index].Output, steps[index].Bound, looks);
        }
    }
}
