namespace Convergence.Tensors.Devices;

/// <summary>
/// What one reading of tensors tells about them: b is the base, w_i the inputs, d_i = w_i - b their task vectors. Everything in it is a
/// sum over elements (or a maximum), so that surveys of slices and of tensors add up to that of a model. Filled by
/// <see cref="MergeKernels.Survey"/>; not thread-safe.
/// </summary>
public sealed class TaskVectorSurvey
{
    private readonly double[] _products;
    private readonly long[] _pairConflicts;

    /// <param name="inputCount">How many inputs there are beside the base, from 0.</param>
    public TaskVectorSurvey(int inputCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(inputCount);
        InputCount = inputCount;
        _products = new double[(inputCount + 1) * (inputCount + 1)];
        _pairConflicts = new long[inputCount * inputCount];
        MagnitudeSums = new double[inputCount];
        LargestMagnitudes = new double[inputCount];
        Unchanged = new long[inputCount];
        Large = new long[inputCount];
        NonFinite = new long[inputCount + 1];
    }

    /// <summary>Inputs beside the base.</summary>
    public int InputCount { get; }

    /// <summary>Elements looked at, of one tensor.</summary>
    public long ElementCount { get; internal set; }

    /// <summary>Per input sum |d_i|.</summary>
    public double[] MagnitudeSums { get; }

    /// <summary>Per input max |d_i|; elements that are NaN are passed over.</summary>
    public double[] LargestMagnitudes { get; }

    /// <summary>Per input the elements that equal the base's.</summary>
    public long[] Unchanged { get; }

    /// <summary>Per input the elements with |d_i| above the bound that the survey was given.</summary>
    public long[] Large { get; }

    /// <summary>The elements that are NaN or infinite: the base's first, then per input.</summary>
    public long[] NonFinite { get; }

    /// <summary>The elements that at least one task vector moves up and at least one moves down.</summary>
    public long Conflicts { get; internal set; }

    /// <summary>The inner product of two of the vectors b (0), d_1 (1), .., d_n (n), in float64.</summary>
    public double Product(int first, int second) => _products[(first * (InputCount + 1)) + second];

    /// <summary>The elements that the two inputs (from 0) move in opposite directions.</summary>
    public long PairConflicts(int first, int second) => _pairConflicts[(first * InputCount) + second];

    /// <summary>Adds what was found out about other elements of the same models.</summary>
    public void Add(TaskVectorSurvey other)
    {
        ArgumentNullException.ThrowIfNull(other);
        ArgumentOutOfRangeException.ThrowIfNotEqual(other.InputCount, InputCount);
        ElementCount += other.ElementCount;
        Conflicts += other.Conflicts;
        AddTo(_products, other._products);
        AddTo(_pairConflicts, other._pairConflicts);
        AddTo(MagnitudeSums, other.MagnitudeSums);
        AddTo(Unchanged, other.Unchanged);
        AddTo(Large, other.Large);
        AddTo(NonFinite, other.NonFinite);
        for (var input = 0; input < InputCount; input++)
        {
            LargestMagnitudes[input] = Math.Max(LargestMagnitudes[input], other.LargestMagnitudes[input]);
        }
    }

    internal void AddProduct(int first, int second, double value)
    {
        _products[(first * (InputCount + 1)) + second] += value;
        if (first != second)
        {
            _products[(second * (InputCount + 1)) + first] += value;
        }
    }

    internal void AddPairConflicts(int first, int second, long count)
    {
        _pairConflicts[(first * InputCount) + second] += count;
        _pairConflicts[(second * InputCount) + first] += count;
    }

    private static void AddTo<TNumber>(TNumber[] sums, TNumber[] values) where TNumber : System.Numerics.INumber<TNumber>
    {
        for (var index = 0; index < sums.Length; index++)
        {
            sums[index] += values[index];
        }
    }
}
