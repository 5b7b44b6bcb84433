using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>What a <see cref="TensorMerge"/> prepares from: a tensor's inputs, whole. One instance is refilled for every tensor of a run.</summary>
internal sealed class TensorMergeContext(MergeKernels kernels) : IDisposable
{
    private readonly List<LoadedTensor> _loaded = [];
    private DeviceTensor[] _inputs = [];
    private int _inputCount;

    public MergeKernels Kernels { get; } = kernels;

    public ReadOnlySpan<DeviceTensor> Inputs => _inputs.AsSpan(0, _inputCount);

    /// <summary>The base's tensor, or <see langword="null"/> when the method needs none.</summary>
    public DeviceTensor? BaseOrNull { get; private set; }

    /// <summary>The base's tensor; the planner gives every method that needs one its base.</summary>
    public DeviceTensor Base => BaseOrNull ?? throw new InvalidOperationException("This merge has no base tensor.");

    /// <summary>What was found out over the whole model before the first tensor, when a method needs that.</summary>
    public ModelWideTrim? Trim { get; set; }

    public MergeTask Task { get; private set; } = null!;

    /// <summary>Tensors that slerp was asked for.</summary>
    public int SlerpTensors { get; set; }

    /// <summary>Tensors on which slerp fell back to linear interpolation because the directions nearly agree.</summary>
    public int LerpFallbacks { get; set; }

    /// <summary>Takes the inputs of a tensor in place of the last one's, which are released.</summary>
    public void Fill(MergeTask task, Func<TensorInput, LoadedTensor> load)
    {
        Release();
        Task = task;
        BaseOrNull = task.Base is { } baseInput ? Load(baseInput, load) : null;
        if (_inputs.Length < task.Inputs.Length)
        {
            _inputs = new DeviceTensor[task.Inputs.Length];
        }

        foreach (var input in task.Inputs)
        {
            _inputs[_inputCount++] = Load(input, load);
        }
    }

    public void Dispose() => Release();

    private DeviceTensor Load(TensorInput input, Func<TensorInput, LoadedTensor> load)
    {
        var loaded = load(input);
        _loaded.Add(loaded);
        return loaded.Tensor;
    }

    private void Release()
    {
        foreach (var loaded in _loaded)
        {
            loaded.Dispose();
        }

        _loaded.Clear();
        _inputCount = 0;
        BaseOrNull = null;
    }
}
