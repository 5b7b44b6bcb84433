using System.Numerics.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>
/// A merge of which nothing is left to find out: what <see cref="TensorMerge.Prepare"/> makes once norms, cuts or angles
/// of the whole tensor are known. It merges runs of elements, the same bits however a tensor is cut, so that it can stream,
/// and so that several merges of one set of parents can share a reading of them. Disposed when its tensor is done.
/// </summary>
internal abstract class MergeStep : IDisposable
{
    /// <summary>Merges one run, which begins and ends at multiples of the operation's <see cref="TensorMerge.RunUnit"/>.</summary>
    public abstract void Run(MergeKernels kernels, MergeRun run);

    /// <summary>No result is larger in magnitude than this, whatever the elements; infinite where the step cannot say.</summary>
    /// <param name="origin">No element of the base is larger; 0 where there is none.</param>
    /// <param name="inputs">Per input: no element of it is larger.</param>
    public virtual double Bound(double origin, ReadOnlySpan<double> inputs) => double.PositiveInfinity;

    /// <summary>The largest magnitude among factors of one input.</summary>
    protected static double LargestFactor(ReadOnlySpan<double> factors) =>
        factors.IsEmpty ? 0 : Math.Abs(TensorPrimitives.MaxMagnitude(factors));

    /// <summary>The bound of b + sum_i weights[i] (w_i - b), and of sum_i weights[i] w_i, which has no base.</summary>
    protected static double SumBound(ReadOnlySpan<double> weights, double origin, ReadOnlySpan<double> inputs)
    {
        var bound = origin;
        for (var input = 0; input < inputs.Length; input++)
        {
            bound += Math.Abs(weights[input]) * (inputs[input] + origin);
        }

        return bound;
    }

    /// <summary>
    /// The bound of b + lambda sum_i weights[i] scales[i] (w_i - b), over the inputs that take part,
    /// divided by the sum of their weights where asked.
    /// </summary>
    protected static double MeanBound(
        ReadOnlySpan<double> weights, Func<int, double> scaleOf, bool isMean, double lambda, double origin, ReadOnlySpan<double> inputs)
    {
        var sum = 0.0;
        var largest = 0.0;
        var isSafeMean = true;
        for (var input = 0; input < inputs.Length; input++)
        {
            var change = scaleOf(input) * (inputs[input] + origin);
            sum += Math.Abs(weights[input]) * change;
            largest = Math.Max(largest, change);

            // Weights of both signs may cancel in the divisor.
            isSafeMean &= weights[input] >= 0;
        }

        return origin + (Math.Abs(lambda) * (!isMean ? sum : isSafeMean ? largest : double.PositiveInfinity));
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}
