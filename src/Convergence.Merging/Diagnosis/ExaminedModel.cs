using System.Collections.Immutable;
using Convergence.Tensors;

namespace Convergence.Merging.Diagnosis;

/// <summary>What one of the examined models is.</summary>
/// <param name="Name">Its name, as it was given.</param>
/// <param name="IsBase">Whether it was named as the base of the others.</param>
public sealed record ExaminedModel(string Name, bool IsBase)
{
    /// <summary>Whether it could be opened; otherwise the rest is empty.</summary>
    public bool IsReadable { get; init; }

    /// <summary>The <c>model_type</c> of its configuration, where it says one.</summary>
    public string? ModelType { get; init; }

    /// <summary>Elements of all tensors.</summary>
    public long ParameterCount { get; init; }

    public long ByteCount { get; init; }

    /// <summary>Numbered layers that its tensor names show.</summary>
    public int LayerCount { get; init; }

    /// <summary>Tokens that its tokenizer lists; <see langword="null"/> without one.</summary>
    public int? TokenCount { get; init; }

    /// <summary>The element types, the one of most bytes first.</summary>
    public ImmutableArray<DType> Types { get; init; } = [];
}
