using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>What a <see cref="TensorMerge"/> prepares from: a tensor's inputs, whole. One instance is refilled for every tensor of a run.</summary>
internal sealed class TensorMergeContext(MergeKernels kernels) : IDisposable
{
    private readonly List<LoadedTensor> _loaded = [];
    private readonly List<(long[] KeepCounts, MagnitudeCut[] Cuts)> _cuts = [];
    private DeviceTensor[] _inputs = [];
    private GramMatrix? _vectors;
    private int _inputCount;

    public MergeKernels Kernels { get; } = kernels;

    public ReadOnlySpan<DeviceTensor> Inputs => _inputs.AsSpan(0, _inputCount);

    /// <summary>The base's tensor, or <see langword="null"/> when the method needs none.</summary>
    public DeviceTensor? BaseOrNull { get; private set; }

    /// <summary>The base's tensor; the planner gives every method that needs one its base.</summary>
    public DeviceTensor Base => BaseOrNull ?? throw new InvalidOperationException("This merge has no base tensor.");

    /// <summary>What was found out over the whole model before the first tensor, when a method needs that.</summary>
    public ModelWideTrim? Trim { get; set; }

    /// <summary>The task that is prepared: one of those with the inputs that are loaded.</summary>
    public MergeTask Task { get; set; } = null!;

    /// <summary>Bytes of the inputs and the base.</summary>
    public long InputByteCount { get; private set; }

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

    /// <summary>The inner products of the models, or of their task vectors where there is a base, found out once.</summary>
    public GramMatrix Vectors => _vectors ??= GramMatrix.Of(this);

    /// <summary>The cuts that keep so many of each input's largest changes (<see cref="MergeKernels.SelectLargest"/>), found out once.</summary>
    public MagnitudeCut[] Cuts(long[] keepCounts)
    {
        var known = _cuts.Find(entry => entry.KeepCounts.AsSpan().SequenceEqual(keepCounts));
        if (known.Cuts is null)
        {
            known = (keepCounts, new MagnitudeCut[keepCounts.Length]);
            Kernels.SelectLargest(Base, Inputs, keepCounts, known.Cuts);
            _cuts.Add(known);
        }

        return known.Cuts;
    }

    public void Dispose() => Release();

    private DeviceTensor Load(TensorInput input, Func<TensorInput, LoadedTensor> load)
    {
        var loaded = load(input);
        _loaded.Add(loaded);
        InputByteCount += loaded.Tensor.ByteCount;
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
        _vectors = null;
        _cuts.Clear();
        InputByteCount = 0;
        BaseOrNull = null;
    }
}
