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

    /// <summary>
    /// The common ancestor whose difference makes task vectors; for slerp the end at t = 0. <see langword="null"/> for none.
    /// </summary>
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

    /// <summary>
    /// How the output's tokenizer is built; <see langword="null"/>:
    /// the base's or else the first model's is copied, and the vocabularies must agree.
    /// </summary>
    public TokenizerRule? Tokenizer { get; init; }

    /// <summary>
    /// The output's chat template: <c>auto</c> (the one that most models have), the name of a known one,
    /// a Jinja template, or a file that holds one. <see langword="null"/>: the tokenizer's own.
    /// </summary>
    public string? ChatTemplate { get; init; }

    /// <summary>Whose defaults hold for parameters that are not given.</summary>
    public RecipeDialect Dialect { get; init; }

    /// <summary>What becomes of a tensor that only some of the models have.</summary>
    public MissingTensorRule MissingTensors { get; init; }

    /// <summary>Decides every random choice (the masks of DARE), together with the names of the tensors.</summary>
    public ulong Seed { get; init; }

    /// <summary>Keys that were accepted without effect, as a person should read it. No part of the value.</summary>
    internal ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>Where it was read; <see langword="null"/> for a recipe that was built. No part of the value.</summary>
    internal RecipeOrigin? Origin { get; init; }

    /// <summary>The models whose weights or configuration the merge reads, in the recipe's order, bases last.</summary>
    public ImmutableArray<string> ReferencedModels()
    {
        var named = Models.Select(input => input.Model).Concat(Slices.SelectMany(slice => slice.Sources).Select(source => source.Model));
        var bases = Slices.Select(slice => slice.BaseModel).Append(BaseModel).OfType<string>();
        var tokens = Tokenizer?.Tokens.Values.Select(rule => rule.Source).OfType<ModelToken>().Select(token => token.Model) ?? [];
        return [.. named.Concat(bases).Concat(tokens).Distinct(StringComparer.Ordinal)];
    }

    public bool Equals(MergeRecipe? other) =>
        other is not null
        && Method == other.Method
        && BaseModel == other.BaseModel
        && Models.SequenceEqual(other.Models)
        && Slices.SequenceEqual(other.Slices)
        && Parameters.Equals(other.Parameters)
        && DType == other.DType
        && OutDType == other.OutDType
        && Tokenizer == other.Tokenizer
        && ChatTemplate == other.ChatTemplate
        && Dialect == other.Dialect
        && MissingTensors == other.MissingTensors
        && Seed == other.Seed;

    public override int GetHashCode() => HashCode.Combine(
        Method, BaseModel, SequenceValue.Hash(Models), SequenceValue.Hash(Slices),
        Parameters, (DType, OutDType, MissingTensors), (Tokenizer, ChatTemplate),
        (Dialect, Seed));
}
