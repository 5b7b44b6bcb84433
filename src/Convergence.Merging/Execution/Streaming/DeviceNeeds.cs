namespace Convergence.Merging;

/// <summary>
/// Bytes of a device's memory that a merge takes tensor by tensor, besides what its operators take to work with while they run.
/// </summary>
internal static class DeviceNeeds
{
    /// <summary>The most at any time: a tensor's inputs, its result, and the one before that is on its way back.</summary>
    public static long Of(MergePlan plan) => plan.Tasks.Max(task => Of(plan, task)) + plan.Tasks.Max(task => task.ByteCount);

    /// <summary>Inputs and result of one tensor.</summary>
    public static long Of(MergePlan plan, MergeTask task)
    {
        var inputs = task.Base is { } baseInput ? task.Inputs.Add(baseInput) : task.Inputs;
        return task.ByteCount + inputs.Sum(input => InputByteCount(plan, task, input));
    }

    private static long InputByteCount(MergePlan plan, MergeTask task, TensorInput input)
    {
        var parent = plan.Parents.Get(input.Model);
        var own = parent.Find(input.Tensor)?.ByteCount ?? 0;
        var isAdapted = parent.Adapter?.Updates.ContainsKey(input.Tensor) == true;
        var stored = isAdapted ? task.Shape.ElementCount * sizeof(float) : own;

        // Rows are arranged from the tensor, and from those that others lend, into another one.
        return input.Rows is { } rows
            ? stored + (task.Shape.ElementCount * sizeof(float)) + rows.Donors.Sum(donor => InputByteCount(plan, task, donor))
            : stored;
    }
}
