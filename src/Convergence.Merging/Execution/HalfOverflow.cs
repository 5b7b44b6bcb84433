using Convergence.Tensors;

namespace Convergence.Merging;

/// <summary>Refuses results that float16 cannot hold.</summary>
internal static class HalfOverflow
{
    /// <summary>Whether results of a task can overflow, so that they must be looked at.</summary>
    public static bool IsPossible(MergeTask task) => task.DType == DType.F16;

    /// <exception cref="MergeException">There are any.</exception>
    public static void Refuse(MergeTask task, long count)
    {
        if (count > 0)
        {
            throw new MergeException(
                $"Tensor {task.Name} {task.Shape}: {count} {(count == 1 ? "element does" : "elements do")} not fit in float16 (at most 65504). "
                + "Store the merge as bfloat16 or float32: set \"out_dtype: bfloat16\" in the recipe.");
        }
    }
}
