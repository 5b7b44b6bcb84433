using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>
/// out[v] = sum_i weights[i, v] w_i[v] for every vector v of a tensor, or b[v] + sum_i weights[i, v] (w_i - b)[v] where there is a base.
/// </summary>
/// <param name="weights">One per model and vector.</param>
/// <param name="vectors">What in the whole tensor is a vector.</param>
internal sealed class VectorStep(double[] weights, VectorLayout vectors) : MergeStep
{
    public override void Run(MergeKernels kernels, MergeRun run)
    {
        if (run.Output.ElementCount == vectors.ElementCount)
        {
            kernels.CombineVectors(run.BaseOrNull, run.Inputs, vectors, weights, run.Output);
        }
        else if (vectors.Rows == 1)
        {
            var layout = VectorLayout.Whole(run.Output.Shape);
            kernels.CombineVectors(run.BaseOrNull, run.Inputs, layout, weights, run.Output);
        }
        else
        {
            var first = checked((int)(run.FirstIndex / vectors.Columns));
            var layout = vectors.OfRows(checked((int)(run.Output.ElementCount / vectors.Columns)));

            // Every column passes through every row.
            var part = vectors.AreColumns ? weights : WeightsOf(first, layout.Rows, run.Inputs.Length);
            kernels.CombineVectors(run.BaseOrNull, run.Inputs, layout, part, run.Output);
        }
    }

    public override double Bound(double origin, ReadOnlySpan<double> inputs)
    {
        var factors = new double[inputs.Length];
        for (var input = 0; input < factors.Length; input++)
        {
            factors[input] = LargestFactor(weights.AsSpan(input * vectors.Count, vectors.Count));
        }

        return SumBound(factors, origin, inputs);
    }

    private double[] WeightsOf(int firstRow, int rows, int inputCount)
    {
        var part = new double[inputCount * rows];
        for (var input = 0; input < inputCount; input++)
        {
            weights.AsSpan((input * vectors.Rows) + firstRow, rows).CopyTo(part.AsSpan(input * rows));
        }

        return part;
    }
}
