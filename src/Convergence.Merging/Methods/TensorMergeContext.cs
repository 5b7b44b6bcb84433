using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>What a <see cref="TensorMerge"/> works on. One instance is refilled for every tensor of a run.</summary>
internal sealed class TensorMergeContext(MergeKernels kernels)
{
    private DeviceTensor[] _inputs = [];
    private int _inputCount;
    private DeviceTensor? _base;
    private DeviceTensor? _output;

    public MergeKernels Kernels { get; } = kernels;

    public ReadOnlySpan<DeviceTensor> Inputs => _inputs.AsSpan(0, _inputCount);

    /// <summary>The base's tensor; the planner gives every method that needs one its base.</summary>
    public DeviceTensor Base => _base ?? throw new InvalidOperationException("This merge has no base tensor.");

    public DeviceTensor Output => _output ?? throw new InvalidOperationException("No tensor is being merged.");

    /// <summary>What was found out over the whole model before the first tensor, when a method needs that.</summary>
    public ModelWideTrim? Trim { get; set; }

    public MergeTask Task { get; private set; } = null!;

    /// <summary>Tensors that slerp was asked for.</summary>
    public int SlerpTensors { get; set; }

    /// <summary>Tensors on which slerp fell back to linear interpolation because the directions nearly agree.</summary>
    public int LerpFallbacks { get; set; }

    public void Fill(MergeTask task, Func<TensorInput, DeviceTensor> find, DeviceTensor? output)
    {
        Task = task;
        _output = output;
        _base = task.Base is { } baseInput ? find(baseInput) : null;
        _inputCount = task.Inputs.Length;
        if (_inputs.Length < _inputCount)
        {
            _inputs = new DeviceTensor[_inputCount];
        }

        for (var index = 0; index < _inputCount; index++)
        {
            _inputs[index] = find(task.Inputs[index]);
        }
    }
}
