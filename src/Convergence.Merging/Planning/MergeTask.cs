using System.Collections.Immutable;
using Convergence.Tensors;

namespace Convergence.Merging;

/// <summary>How one tensor of the output is made. Everything is resolved: no recipe is needed to run it.</summary>
public sealed record MergeTask
{
    /// <summary>The name in the output.</summary>
    public required string Name { get; init; }

    public required TensorShape Shape { get; init; }

    /// <summary>The stored type in the output.</summary>
    public required DType DType { get; init; }

    /// <summary>The base's tensor, when the operation works on task vectors.</summary>
    public TensorInput? Base { get; init; }

    /// <summary>The tensors that are merged, in the order of <see cref="Operation"/>'s numbers.</summary>
    public required ImmutableArray<TensorInput> Inputs { get; init; }

    public required TensorMerge Operation { get; init; }

    public bool Equals(MergeTask? other) =>
        other is not null && Name == other.Name && Shape == other.Shape && DType == other.DType && Equals(Base, other.Base)
        && Inputs.SequenceEqual(other.Inputs) && Operation.Equals(other.Operation);

    public override int GetHashCode() => HashCode.Combine(Name, Shape, DType, Base, SequenceValue.Hash(Inputs), Operation);

    /// <summary>Whether the operation needs numbers from the whole model.</summary>
    internal bool IsModelWide => Operation is TiesMerge { IsModelWide: true };

    public long ByteCount => Shape.ElementCount * DType.ByteCount();
}
