using Convergence.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>
/// Runs merge plans on a device, into memory. Several plans over the same parents share one reading of them, whatever their methods;
/// each comes out with the bits that it would have alone. Holds no state between runs; used by one caller at a time.
/// </summary>
/// <param name="device">Where the arithmetic happens and the output lives.</param>
/// <param name="time">Measures the run; the system's clock by default.</param>
public sealed class MergeExecutor(ComputeDevice device, TimeProvider? time = null)
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly StepRunner _runner = new(device);

    /// <summary>
    /// Makes every tensor of the plan, in tensors that <paramref name="output"/> already holds where name, shape and type agree.
    /// </summary>
    /// <param name="plan">What to do. Its parents must not be disposed yet.</param>
    /// <param name="output">Receives the tensors and owns them; what it holds besides the plan's tensors is released.</param>
    /// <param name="cancellation">Looked at between tensors; what was made so far stays in <paramref name="output"/>.</param>
    /// <exception cref="MergeException">A parent has NaN or infinite weights, or the output does not fit in float16.</exception>
    public MergeReport Execute(MergePlan plan, TensorSet output, CancellationToken cancellation = default) =>
        Execute(plan, new MergeTarget(output), cancellation);

    /// <summary>
    /// Makes the tensors of the plan that the target does not already hold: merging one candidate after another allocates nothing, and
    /// recomputes only tensors whose inputs or numbers changed.
    /// </summary>
    /// <inheritdoc cref="Execute(MergePlan, TensorSet, CancellationToken)"/>
    public MergeReport Execute(MergePlan plan, MergeTarget target, CancellationToken cancellation = default)
    {
        var report = Execute([new MergeJob(plan, target)], cancellation).Merges[0];
        return report.Failure is null ? report : throw new MergeException(report.Failure);
    }

    /// <summary>Makes a generation of merges in one reading of their parents.</summary>
    /// <param name="jobs">What to make and where; all plans were made with the same <see cref="ParentModels"/>.</param>
    /// <param name="cancellation">Looked at between tensors; finished tensors stay in their targets.</param>
    /// <returns>A report per job. A job that does not fit in float16 fails alone, with the reason in its report.</returns>
    /// <exception cref="MergeException">A parent has NaN or infinite weights.</exception>
    public GenerationReport Execute(IReadOnlyList<MergeJob> jobs, CancellationToken cancellation = default)
    {
        using var pass = Begin(jobs, cancellation);
        while (pass.Next())
        {
        }

        return pass.Report;
    }

    /// <summary>The same, tensor by tensor, for who does something else in between. Nothing happens before the first step.</summary>
    /// <inheritdoc cref="Execute(IReadOnlyList{MergeJob}, CancellationToken)"/>
    public MergePass Begin(IReadOnlyList<MergeJob> jobs, CancellationToken cancellation = default) =>
        new(device, _runner, jobs, _time, cancellation);
}
