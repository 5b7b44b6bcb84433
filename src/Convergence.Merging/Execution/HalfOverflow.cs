using Convergence.Tensors;

namespace Convergence.Merging;

/// <summary>Results that float16 cannot hold.</summary>
internal static class HalfOverflow
{
    /// <summary>Whether results of a task can overflow, so that they must be looked at.</summary>
    public static bool IsPossible(MergeTask task) => task.DType == DType.F16;

    /// <summary>What is wrong with a tensor of which so many elements overflowed, and the cure.</summary>
    public static string Describe(MergeTask task, long count) =>
        $"Tensor {task.Name} {task.Shape}: {count} {(count == 1 ? "element does" : "elements do")} not fit in float16 (at most 65504). "
        + "Store the merge as bfloat16 or float32: set \"out_dtype: bfloat16\" in the recipe.";

    /// <exception cref="MergeException">There are any.</exception>
    public static void Refuse(MergeTask task, long count)
    {
        if (count > 0)
        {
            throw new MergeException(Describe(task, count));
        }
    }
}
