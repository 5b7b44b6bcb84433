using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>Refuses parents whose weights are not numbers.</summary>
internal static class NonFiniteWeights
{
    /// <exception cref="MergeException">There are any.</exception>
    public static void Refuse(string model, string name, DeviceTensor tensor, long count)
    {
        if (count > 0)
        {
            throw new MergeException(
                $"{model}: tensor {name} {tensor.Shape} has {count} {(count == 1 ? "element that is" : "elements that are")} NaN or infinite. "
                + "Such a model is damaged and every merge with it would be; use another checkpoint of it.");
        }
    }
}
