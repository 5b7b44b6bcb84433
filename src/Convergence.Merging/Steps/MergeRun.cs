using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>The elements that a <see cref="MergeStep"/> merges: whole tensors, or the same run of each.</summary>
internal readonly ref struct MergeRun
{
    public MergeRun(DeviceTensor? baseTensor, ReadOnlySpan<DeviceTensor> inputs, DeviceTensor output, long firstIndex = 0)
    {
        BaseOrNull = baseTensor;
        Inputs = inputs;
        Output = output;
        FirstIndex = firstIndex;
    }

    /// <summary>The base's elements, or <see langword="null"/> when the method merges the models themselves.</summary>
    public DeviceTensor? BaseOrNull { get; }

    /// <summary>The base's elements; the planner gives every method that needs a base its own.</summary>
    public DeviceTensor Base => BaseOrNull ?? throw new InvalidOperationException("This merge has no base tensor.");

    public ReadOnlySpan<DeviceTensor> Inputs { get; }

    public DeviceTensor Output { get; }

    /// <summary>The index of the first element in the whole tensor: what masks and ties refer to.</summary>
    public long FirstIndex { get; }
}
