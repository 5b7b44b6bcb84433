using Convergence.Tensors;

namespace Convergence.Testing;

/// <summary>The shape of a model that tests make: of Llama's kind, small enough to run in milliseconds.</summary>
public sealed record TinyModelOptions
{
    public int VocabularySize { get; init; } = 96;

    public int HiddenSize { get; init; } = 32;

    public int IntermediateSize { get; init; } = 48;

    public int LayerCount { get; init; } = 2;

    public int HeadCount { get; init; } = 4;

    public int KeyValueHeadCount { get; init; } = 2;

    public int MaxPositions { get; init; } = 64;

    public double RopeTheta { get; init; } = 10_000;

    public double RmsNormEpsilon { get; init; } = 1e-5;

    /// <summary>Whether the head shares the embedding's weights, and has no tensor of its own.</summary>
    public bool TiedHead { get; init; } = true;

    /// <summary>The element type of the file.</summary>
    public DType DType { get; init; } = DType.F32;

    /// <summary>The standard deviation of the matrices; norms are 1 plus a tenth of it.</summary>
    public double Deviation { get; init; } = 0.08;

    public int HeadSize => HiddenSize / HeadCount;
}
