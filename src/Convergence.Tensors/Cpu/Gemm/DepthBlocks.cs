namespace Convergence.Tensors.Cpu.Gemm;

/// <summary>
/// How a product's inner dimension is cut. The cut depends on that dimension alone, so that a sum is rounded the same way however
/// rows, columns and threads are arranged.
/// </summary>
internal readonly struct DepthBlocks
{
    /// <summary>
    /// Tiles of A (12 x 512 floats, 24 KB) stay in the first-level cache while panels of B (64 KB) come from the second at 11 bytes per
    /// cycle. Shorter blocks would keep the panel in the first level, but read and write the result more often, which costs more.
    /// </summary>
    public const int MaxLength = 512;

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
