using Convergence.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>
/// Arcee Fusion (arcee.ai 2025, the method behind Virtuoso and Arcee Fusion merges): takes over of a second model only what changed most.
/// With d = w - b, an element's importance is |d| K, where K = sum_c p log(p/q) is the divergence of its row,
/// p = softmax(w's row) + 1e-8 and q = softmax(b's row) + 1e-8 (rows run along the last dimension; a vector is one row).
/// With the importances' quartiles, out = w where the importance is at least median + 1.5 (q75 - q25), b elsewhere; the r-quantile
/// is the element at place floor(r (n - 1)). The quartiles are exact, of importances rounded to float32, whatever the tensor's size.
/// mergekit estimates them above a million elements from a random sample without a seed, so that its results differ from run to run.
/// </summary>
public sealed record ArceeFusionMerge : TensorMerge
{
    private const double ProbabilityOffset = 1e-8;
    private const double Spread = 1.5;

    internal static MergeMethodDefinition Definition { get; } = new(MergeMethod.ArceeFusion, NeedsBase: true, [], Resolve);

    internal override MergeStep Prepare(TensorMergeContext context)
    {
        var origin = context.Base;
        var count = origin.ElementCount;
        if (count == 0)
        {
            return CopyStep.Instance;
        }

        var input = context.Inputs[0];
        var factors = new double[VectorLayout.AlongLast(origin.Shape).Rows];
        context.Kernels.RowDivergences(origin, input, ProbabilityOffset, factors);
        Span<float> quartiles = stackalloc float[3];
        context.Kernels.SelectImportances(
            origin, input, factors, [(count - 1) / 4, (count - 1) / 2, (count - 1) / 4 * 3 + ((count - 1) % 4 * 3 / 4)], quartiles);
        var threshold = quartiles[1] + (Spread * ((double)quartiles[2] - quartiles[0]));
        return new ImportantStep(factors, threshold, count / factors.Length);
    }

    internal override long RunUnit(TensorShape shape) => VectorLayout.AlongLast(shape).RunUnit;

    private static ArceeFusionMerge Resolve(ParameterScope scope) => scope.Models.Length == 1
        ? new ArceeFusionMerge()
        : throw new RecipeException(
            $"arcee_fusion fuses one model into base_model, but tensor {scope.TensorName} has {scope.Models.Length}. "
            + "Name exactly one besides the base.");
}
