namespace Convergence.Merging;

/// <summary>What a task reads; equal when the same tensors in the same order.</summary>
internal readonly struct TaskInputs(MergeTask task) : IEquatable<TaskInputs>
{
    private readonly MergeTask _task = task;

    public bool Equals(TaskInputs other) =>
        Equals(_task.Base, other._task.Base) && _task.Inputs.AsSpan().SequenceEqual(other._task.Inputs.AsSpan());

    public override bool Equals(object? obj) => obj is TaskInputs other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_task.Base, SequenceValue.Hash(_task.Inputs));
}
