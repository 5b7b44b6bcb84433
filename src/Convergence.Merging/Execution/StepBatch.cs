using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>Steps over the same inputs that one kernel runs together: combinations of one kind and type, or any other step alone.</summary>
internal sealed class StepBatch
{
    private readonly PreparedStep[] _steps;
    private readonly double[] _weights;

    private StepBatch(PreparedStep[] steps)
    {
        _steps = steps;
        _weights = steps.Length > 1 ? [.. steps.SelectMany(step => ((CombinationStep)step.Step).Weights)] : [];
    }

    /// <summary>Whether tensors may be cut anywhere.</summary>
    public bool CutsAnywhere => _steps[0].RunUnit == 1;

    /// <summary>Puts steps together that can be.</summary>
    public static IReadOnlyList<StepBatch> Join(IReadOnlyList<PreparedStep> steps)
    {
        if (steps.Count == 1)
        {
            return [new StepBatch([steps[0]])];
        }

        var together = steps.Where(step => step.Step is CombinationStep).GroupBy(step => (step.Step.GetType(), step.Output.DType));
        var alone = steps.Where(step => step.Step is not CombinationStep);
        return [.. together.Select(group => new StepBatch([.. group])), .. alone.Select(step => new StepBatch([step]))];
    }

    /// <summary>Runs the steps.</summary>
    /// <param name="kernels">The device's operators.</param>
    /// <param name="baseTensor">The run of the base, or <see langword="null"/>.</param>
    /// <param name="inputs">The run of every input.</param>
    /// <param name="start">Where the run begins.</param>
    /// <param name="count">Its length; <see langword="null"/> when it is the whole tensor.</param>
    public void Run(MergeKernels kernels, DeviceTensor? baseTensor, ReadOnlySpan<DeviceTensor> inputs, long start, long? count)
    {
        if (_steps.Length == 1)
        {
            _steps[0].Step.Run(kernels, new MergeRun(baseTensor, inputs, Cut(_steps[0].Output, start, count), start));
            return;
        }

        var outputs = Array.ConvertAll(_steps, step => Cut(step.Output, start, count));
        kernels.CombineMany(_steps[0].Step is TaskVectorStep ? baseTensor : null, inputs, _weights, outputs);
    }

    private static DeviceTensor Cut(DeviceTensor tensor, long start, long? count) => count is { } length ? tensor.Slice(start, length) : tensor;
}
