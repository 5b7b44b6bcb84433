using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>
/// The inner products of a tensor's inputs x_i (the models, or their task vectors where there is a base).
/// Every sum of inputs has its length and its angles from them, so that methods which iterate over directions read the models once.
/// </summary>
internal sealed class GramMatrix
{
    // A squared length that is this much smaller than its terms has lost half of float64's digits.
    private const double CancelledShare = 1e-8;

    private readonly TensorMergeContext _context;
    private readonly int _count;
    private readonly double[] _products;

    private GramMatrix(TensorMergeContext context, double[] products)
    {
        _context = context;
        _count = context.UnseenInputs.Length;
        _products = products;
    }

    public int Count => _count;

    /// <summary>Row by row.</summary>
    public ReadOnlySpan<double> Products => _products;

    /// <summary>x_i . x_j.</summary>
    public double this[int i, int j] => _products[(i * _count) + j];

    /// <summary>Measures the inputs of a context, each tensor as one vector.</summary>
    public static GramMatrix Of(TensorMergeContext context)
    {
        var count = context.UnseenInputs.Length;
        Span<double> pairs = new double[MergeKernels.PairCount(count)];
        context.Kernels.VectorGrams(context.UnseenBase, context.UnseenInputs, VectorLayout.Whole(context.UnseenInputs[0].Shape), pairs);
        context.AcceptSums(pairs);
        var products = new double[count * count];
        var pair = 0;
        for (var first = 0; first < count; first++)
        {
            for (var second = first; second < count; second++)
            {
                products[(first * count) + second] = products[(second * count) + first] = pairs[pair++];
            }
        }

        return new GramMatrix(context, products);
    }

    /// <summary>|x_i|.</summary>
    public double Norm(int i) => Math.Sqrt(this[i, i]);

    /// <summary>x_i . sum_j c_j x_j.</summary>
    public double Dot(int i, ReadOnlySpan<double> coefficients)
    {
        double sum = 0;
        for (var j = 0; j < _count; j++)
        {
            sum += coefficients[j] * this[i, j];
        }

        return sum;
    }

    /// <summary>|sum_j c_j x_j|.</summary>
    public double Length(ReadOnlySpan<double> coefficients)
    {
        double sum = 0;
        for (var i = 0; i < _count; i++)
        {
            sum += coefficients[i] * Dot(i, coefficients);
        }

        return Math.Sqrt(Math.Max(0, sum));
    }

    /// <summary>As <see cref="Length"/>, but measured from the elements where the terms cancel.</summary>
    public double AccurateLength(ReadOnlySpan<double> coefficients)
    {
        double size = 0;
        for (var i = 0; i < _count; i++)
        {
            size += Math.Abs(coefficients[i]) * Norm(i);
        }

        var length = Length(coefficients);
        return length * length < CancelledShare * size * size
            ? _context.Kernels.CombinedLength(_context.BaseOrNull, _context.Inputs, coefficients)
            : length;
    }
}
