using System.Collections.Immutable;
using Convergence.Tensors;

namespace Convergence.Merging;

/// <summary>
/// Everything that decides a merge besides the bytes of its parents: the output is a pure function of both. Either
/// <see cref="Models"/> (whole models) or <see cref="Slices"/> (runs of layers) is given. Immutable; compared by value.
/// </summary>
public sealed record MergeRecipe
{
    public required MergeMethod Method { get; init; }

    /// <summary>The common ancestor whose difference makes task vectors; for slerp the end at t = 0. <see langword="null"/> for none.</summary>
    public string? BaseModel { get; init; }

    public ImmutableArray<RecipeInput> Models { get; init; } = [];

    public ImmutableArray<RecipeSlice> Slices { get; init; } = [];

    /// <summary>What holds wherever a slice, source or model does not say otherwise.</summary>
    public RecipeParameters Parameters { get; init; } = RecipeParameters.Empty;

    /// <summary>
    /// The type that mergekit would compute in. Computing here always happens in float64, so it only decides the stored type when
    /// <see cref="OutDType"/> is not given.
    /// </summary>
    public DType? DType { get; init; }

    /// <summary>The stored type; by default <see cref="DType"/>, else that of the base or, without one, of the first model.</summary>
    public DType? OutDType { get; init; }

    /// <summary>Whose defaults hold for parameters that are not given.</summary>
    public RecipeDialect Dialect { get; init; }

    /// <summary>What becomes of a tensor that only some of the models have.</summary>
    public MissingTensorRule MissingTensors { get; init; }

    /// <summary>Decides every random choice (the masks of DARE), together with the names of the tensors.</summary>
    public ulong Seed { get; init; }

    public bool Equals(MergeRecipe? other) =>
        other is not null
        && Method == other.Method
        && BaseModel == other.BaseModel
        && Models.SequenceEqual(other.Models)
        && Slices.SequenceEqual(other.Slices)
        && Parameters.Equals(other.Parameters)
        && DType == other.DType
        && OutDType == other.OutDType
        && Dialect == other.Dialect
        && MissingTensors == other.MissingTensors
        && Seed == other.Seed;

    public override int GetHashCode() =>
        HashCode.Combine(Method, BaseModel, SequenceValue.Hash(Models), SequenceValue.Hash(Slices), Parameters, (DType, OutDType, MissingTensors), (Dialect, Seed));
}
