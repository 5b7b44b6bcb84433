using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>
/// Makes one tensor of several jobs from the same inputs: prepares every job's step, then lets the device do all steps together, in one reading
/// of the inputs.
/// </summary>
internal sealed class StepRunner(ComputeDevice device)
{
    public void Run(TensorMergeContext context, (JobState Job, MergeTask Task)[] group)
    {
        var steps = new List<PreparedStep>(group.Length);
        try
        {
            foreach (var (job, task) in group)
            {
                steps.Add(new PreparedStep(job.Prepare(task, context), job.Target.Allocate(task, device)));
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
            group[index].Job.Complete(group[index].Task, steps[index].Output, device.Merging);
        }
    }
}
