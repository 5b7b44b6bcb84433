using Convergence.Bench.Models;
using Convergence.Tensors;

namespace Convergence.GpuBench;

/// <summary>How large the checks and the measurements are.</summary>
internal sealed record BenchSizes
{
    private static readonly LlamaShape TinyShape = new(32, 88, 2, 2, 259);

    /// <summary>What the targets are about.</summary>
    public static BenchSizes Full { get; } = new();

    /// <summary>Enough to see that all is well, and about how fast.</summary>
    public static BenchSizes Quick { get; } = new()
    {
        ManyElementCount = 70_001,
        SelectedElementCount = 1_000_003,
        MergedShape = LlamaShape.TwoHundredFiftyMillion,
        CopyByteCount = 256L << 20,
        RepeatCount = 5,
        ForwardSequenceCount = 16,
        Trio = new TrioJob(LlamaShape.TwentyFiveMillion, 4, 8, 20_000),
    };

    /// <summary>For a GPU that is emulated, where speed means nothing.</summary>
    public static BenchSizes Tiny { get; } = new()
    {
        MixesTypes = false,
        PatternStep = 7,
        ManyElementCount = 517,
        SelectedElementCount = 20_011,
        MergedShape = TinyShape,
        CopyByteCount = 1 << 16,
        RepeatCount = 1,
        ScoredShape = TinyShape,
        ForwardSequenceCount = 2,
        ForwardLength = 16,
        BatchTokens = 64,
        Trio = new TrioJob(TinyShape, 2, 4, 64),
    };

    /// <summary>The types of tensors that merge operators are checked on.</summary>
    public IReadOnlyList<DType> Types { get; private init; } = [DType.F32, DType.BF16, DType.F16, DType.F64];

    /// <summary>Whether every type of output meets every type of inputs.</summary>
    public bool MixesTypes { get; private init; } = true;

    /// <summary>Conversions are checked on one in so many patterns of 16 bits; odd, so that all kinds are met.</summary>
    public int PatternStep { get; private init; } = 1;

    /// <summary>Elements of the larger tensors that operators are checked on.</summary>
    public int ManyElementCount { get; private init; } = 1_000_003;

    /// <summary>Elements of the tensors from which the largest are selected.</summary>
    public int SelectedElementCount { get; private init; } = 8_000_003;

    /// <summary>Three models of it are merged in the GPU's memory.</summary>
    public LlamaShape MergedShape { get; private init; } = LlamaShape.OneBillion;

    /// <summary>What is copied to measure the memory's bandwidth.</summary>
    public long CopyByteCount { get; private init; } = 2L << 30;

    /// <summary>Times that count; their median is told.</summary>
    public int RepeatCount { get; private init; } = 15;

    /// <summary>The model of the forward pass and of the comparison of logits.</summary>
    public LlamaShape ScoredShape { get; private init; } = LlamaShape.TwentyFiveMillion;

    public int ForwardSequenceCount { get; private init; } = 64;

    public int ForwardLength { get; private init; } = 256;

    /// <summary>Tokens that go through a model together, in the evolution.</summary>
    public int BatchTokens { get; private init; } = 16_384;

    public TrioJob Trio { get; private init; } = TrioJob.TwentyFiveMillion;
}
