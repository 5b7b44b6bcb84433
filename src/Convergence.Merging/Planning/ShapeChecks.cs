using Convergence.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>Tensors that are merged element by element have one shape and a kind of numbers that can be computed with.</summary>
internal static class ShapeChecks
{
    /// <exception cref="MergeException">They differ.</exception>
    public static void EnsureSame(TensorInput reference, DeviceTensor expected, TensorInput input, DeviceTensor found)
    {
        if (found.Shape == expected.Shape && found.DType.IsComputable() == expected.DType.IsComputable())
        {
            return;
        }

        if (found.Shape == expected.Shape)
        {
            throw new MergeException(
                $"Tensor {reference.Tensor}: {reference.Model} stores {expected.DType.SafetensorsName()}, {input.Model} "
                + $"stores {found.DType.SafetensorsName()}; "
                + "only F64, F32, F16 and BF16 can be merged with each other. Use an unquantised checkpoint.");
        }

        var differsInRows = expected.Shape.Rank == 2 && found.Shape.Rank == 2 && expected.Shape[1] == found.Shape[1]
            && (reference.Tensor.Contains("embed", StringComparison.Ordinal) || TiedHead.IsPerToken(reference.Tensor));
        throw new MergeException(
            $"Tensor {reference.Tensor} has shape {expected.Shape} in {reference.Model} but {found.Shape} in {input.Model}. "
            + (differsInRows
                ? $"Their vocabularies differ, so the same row stands for different tokens: {ModelChecks.VocabularyCure}"
                : "Only models of one architecture and size can be merged; check that both were fine-tuned from the same base."));
    }
}
