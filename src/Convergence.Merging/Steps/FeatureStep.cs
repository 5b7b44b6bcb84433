using System.Buffers;
using Convergence.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>
/// out[r] = b[r] + sum_i g_ir (w_i - b)[r] with one factor per model and feature. A run may begin and end inside a feature:
/// what is left of one at either end is merged by itself, with the same factors and so to the same bits.
/// </summary>
/// <param name="buffer">
/// Starts with g_ir, one model after another. Rented from the shared pool; goes back there when this is disposed.
/// </param>
/// <param name="featureCount">Features of the whole tensor.</param>
/// <param name="featureSize">Elements of a feature.</param>
internal sealed class FeatureStep(double[] buffer, int featureCount, long featureSize) : MergeStep
{
    public override void Run(MergeKernels kernels, MergeRun run)
    {
        var end = run.FirstIndex + run.Output.ElementCount;
        for (var first = run.FirstIndex; first < end;)
        {
            var feature = first / featureSize;
            var count = Math.Min(end, (feature + 1) * featureSize) - first;
            var wholeCount = first % featureSize == 0 ? (end - first) / featureSize : 0;
            if (wholeCount > 0)
            {
                count = wholeCount * featureSize;
                Merge(kernels, run, first, new TensorShape(wholeCount, featureSize), (int)feature);
            }
            else
            {
                Merge(kernels, run, first, new TensorShape(1, count), (int)feature);
            }

            first += count;
        }
    }

    public override double Bound(double origin, ReadOnlySpan<double> inputs)
    {
        var factors = new double[inputs.Length];
        for (var model = 0; model < factors.Length; model++)
        {
            factors[model] = LargestFactor(buffer.AsSpan(model * featureCount, featureCount));
        }

        return SumBound(factors, origin, inputs);
    }

    protected override void Dispose(bool disposing)
    {
        ArrayPool<double>.Shared.Return(buffer);
        base.Dispose(disposing);
    }

    // The features from this one on, as many as the shape has rows.
    private void Merge(MergeKernels kernels, MergeRun run, long first, TensorShape shape, int feature)
    {
        var count = checked((int)shape[0]);
        var inputs = new DeviceTensor[run.Inputs.Length];
        for (var model = 0; model < inputs.Length; model++)
        {
            inputs[model] = Part(run.Inputs[model], first - run.FirstIndex, shape);
        }

        // A vector's features are its elements: each has a factor of its own, and they are merged together.
        kernels.AddFeatures(
            Part(run.Base, first - run.FirstIndex, shape),
            inputs,
            Factors(inputs.Length, feature, count),
            Part(run.Output, first - run.FirstIndex, shape));
    }

    private ReadOnlySpan<double> Factors(int modelCount, int feature, int count)
    {
        if (count == featureCount)
        {
            return buffer.AsSpan(0, modelCount * featureCount);
        }

        var factors = new double[modelCount * count];
        for (var model = 0; model < modelCount; model++)
        {
            buffer.AsSpan((model * featureCount) + feature, count).CopyTo(factors.AsSpan(model * count));
        }

        return factors;
    }

    private static DeviceTensor Part(DeviceTensor tensor, long first, TensorShape shape) =>
        tensor.Slice(first, shape.ElementCount).Reshape(shape);
}
