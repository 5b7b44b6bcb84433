using System.Buffers;
using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>
/// What a <see cref="TensorMerge"/> prepares from: a tensor's inputs, whole. One instance is refilled for every tensor of a run.
/// </summary>
internal sealed class TensorMergeContext(MergeKernels kernels) : IDisposable
{
    private readonly List<LoadedTensor> _loaded = [];
    private readonly List<(long[] KeepCounts, SharedCuts? Cuts)> _cuts = [];
    private readonly List<SelectedCuts> _selected = [];
    private DeviceTensor[] _inputs = [];
    private double[] _inputBounds = [];
    private double[]? _energies;
    private GramMatrix? _vectors;
    private Action? _firstLook;
    private Action? _proven;
    private DeviceTensor? _base;
    private int _inputCount;

    public MergeKernels Kernels { get; } = kernels;

    public ReadOnlySpan<DeviceTensor> Inputs
    {
        get
        {
            Look();
            return UnseenInputs;
        }
    }

    /// <summary>The base's tensor, or <see langword="null"/> when the method needs none.</summary>
    public DeviceTensor? BaseOrNull
    {
        get
        {
            Look();
            return UnseenBase;
        }
    }

    /// <summary>The inputs, for who merges them and does not ask what they contain.</summary>
    public ReadOnlySpan<DeviceTensor> UnseenInputs => _inputs.AsSpan(0, _inputCount);

    /// <summary>The base as <see cref="UnseenInputs"/>.</summary>
    public DeviceTensor? UnseenBase => _base;

    /// <summary>Whether the method has asked for the inputs since they were loaded: it may have read them.</summary>
    public bool IsSeen { get; private set; }

    /// <summary>The base's tensor; the planner gives every method that needs one its base.</summary>
    public DeviceTensor Base => BaseOrNull ?? throw new InvalidOperationException("This merge has no base tensor.");

    /// <summary>No element of the base is larger in magnitude; 0 where there is none, infinite where it is not known.</summary>
    public double BaseBound { get; private set; }

    /// <summary>As <see cref="BaseBound"/>, of every input.</summary>
    public ReadOnlySpan<double> InputBounds => _inputBounds.AsSpan(0, _inputCount);

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
    /// <param name="task">The tensor.</param>
    /// <param name="load">Makes an input ready.</param>
    /// <param name="firstLook">
    /// Called once, before a method reads the inputs to prepare; never for a method that knows everything from its recipe.
    /// </param>
    /// <param name="proven">Called when sums over all elements have proved that they are finite (<see cref="AcceptSums"/>).</param>
    public void Fill(MergeTask task, Func<TensorInput, LoadedTensor> load, Action? firstLook = null, Action? proven = null)
    {
        Release();
        Task = task;
        (_firstLook, _proven) = (firstLook, proven);
        _base = task.Base is { } baseInput ? Load(baseInput, load).Tensor : null;
        BaseBound = _base is null ? 0 : _loaded[0].LargestMagnitude;
        if (_inputs.Length < task.Inputs.Length)
        {
            _inputs = new DeviceTensor[task.Inputs.Length];
            _inputBounds = new double[task.Inputs.Length];
        }

        foreach (var input in task.Inputs)
        {
            var loaded = Load(input, load);
            _inputBounds[_inputCount] = loaded.LargestMagnitude;
            _inputs[_inputCount++] = loaded.Tensor;
        }
    }

    /// <summary>The inner products of the models, or of their task vectors where there is a base, found out once.</summary>
    public GramMatrix Vectors => _vectors ??= GramMatrix.Of(this);

    /// <summary>The energies of every feature's task vectors (<see cref="MergeKernels.FeatureEnergies"/>), found out once.</summary>
    /// <param name="featureCount">Features of a tensor.</param>
    public ReadOnlySpan<double> FeatureEnergies(int featureCount)
    {
        var count = featureCount * _inputCount;
        if (_energies is null)
        {
            _energies = ArrayPool<double>.Shared.Rent(Math.Max(1, count));
            Kernels.FeatureEnergies(UnseenBase!, UnseenInputs, _energies.AsSpan(0, count));
            AcceptSums(_energies.AsSpan(0, count));
        }

        return _energies.AsSpan(0, count);
    }

    /// <summary>
    /// Says that <see cref="Cuts"/> will be asked for so many: announced cuts are selected together when the first of them is asked for.
    /// </summary>
    public void AnnounceCuts(long[] keepCounts)
    {
        if (!_cuts.Exists(entry => entry.KeepCounts.AsSpan().SequenceEqual(keepCounts)))
        {
            _cuts.Add((keepCounts, null));
        }
    }

    /// <summary>
    /// The cuts that keep so many of each input's largest changes (<see cref="MergeKernels.SelectLargest"/>), found out once.
    /// </summary>
    public MagnitudeCut[] Cuts(long[] keepCounts) => DeviceCuts(keepCounts).Read();

    /// <summary>The same for operators of the device, which need not be waited for.</summary>
    public SharedCuts DeviceCuts(long[] keepCounts)
    {
        AnnounceCuts(keepCounts);
        var place = _cuts.FindIndex(entry => entry.KeepCounts.AsSpan().SequenceEqual(keepCounts));
        if (_cuts[place].Cuts is null)
        {
            SelectAnnounced();
        }

        return _cuts.Find(entry => entry.KeepCounts.AsSpan().SequenceEqual(keepCounts)).Cuts!;
    }

    // One selection over every input as often as cuts of it are wanted: the tensors are read once.
    private void SelectAnnounced()
    {
        var wanted = _cuts.FindAll(entry => entry.Cuts is null);
        var inputs = new DeviceTensor[_inputCount * wanted.Count];
        var keepCounts = new long[inputs.Length];
        for (var place = 0; place < inputs.Length; place++)
        {
            var (input, set) = Math.DivRem(place, wanted.Count);
            inputs[place] = _inputs[input];
            keepCounts[place] = wanted[set].KeepCounts[input];
        }

        var cuts = Kernels.SelectCuts(Base, inputs, keepCounts);
        _selected.Add(cuts);
        _cuts.RemoveAll(entry => entry.Cuts is null);
        for (var set = 0; set < wanted.Count; set++)
        {
            var own = set;
            var places = Enumerable.Range(0, _inputCount).Select(input => (input * wanted.Count) + own);
            _cuts.Add((wanted[set].KeepCounts, new SharedCuts(cuts, [.. places])));
        }
    }

    public void Dispose() => Release();

    /// <summary>Lets the inputs go.</summary>
    public void Release()
    {
        foreach (var loaded in _loaded)
        {
            loaded.Dispose();
        }

        _loaded.Clear();
        _inputCount = 0;
        _vectors = null;
        _cuts.Clear();
        _selected.ForEach(cuts => cuts.Dispose());
        _selected.Clear();
        if (_energies is not null)
        {
            ArrayPool<double>.Shared.Return(_energies);
            _energies = null;
        }

        InputByteCount = 0;
        _base = null;
        IsSeen = false;
    }

    /// <summary>
    /// Takes sums to which every element of the unseen base and inputs contributes, squares or products of differences among them. Finite
    /// ones prove that all elements are finite, which saves looking at them once more beforehand; of others, the inputs are looked at.
    /// </summary>
    public void AcceptSums(ReadOnlySpan<double> sums)
    {
        foreach (var sum in sums)
        {
            if (!double.IsFinite(sum))
            {
                Look();
                return;
            }
        }

        _proven?.Invoke();
        IsSeen = true;
    }

    private void Look()
    {
        if (!IsSeen)
        {
            IsSeen = true;
            _firstLook?.Invoke();
        }
    }

    private LoadedTensor Load(TensorInput input, Func<TensorInput, LoadedTensor> load)
    {
        var loaded = load(input);
        _loaded.Add(loaded);
        InputByteCount += loaded.Tensor.ByteCount;
        return loaded;
    }
}
