namespace Convergence.Tensors.Cpu.Gemm;

/// <summary>
/// How a product's inner dimension is cut. The cut depends on that dimension alone, so that a sum is rounded the same way however
/// rows, columns and threads are arranged.
/// </summary>
internal readonly struct DepthBlocks
{
    /// <summary>A panel of 320 x 32 floats is 40 KB: it stays in a 48 KB first-level cache while tiles of A stream past it.</summary>
    public const int MaxLength = 320;

    // Rows are interleaved four elements at a time.
    private const int Granularity = 4;

    public DepthBlocks(int depth)
    {
        Depth = depth;
        var count = Math.Max(1, (depth + MaxLength - 1) / MaxLength);
        var even = (depth + count - 1) / count;
        Length = Math.Max(Granularity, (even + Granularity - 1) / Granularity * Granularity);
    }

    /// <summary>The whole inner dimension.</summary>
    public int Depth { get; }

    /// <summary>The length of every block but the last, which may be shorter.</summary>
    public int Length { get; }
}
