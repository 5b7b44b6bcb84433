namespace Convergence.Cuda.Transformer;

/// <summary>One of the attention kernels, as <c>transformer_attention.cu</c> lists them.</summary>
/// <param name="Depth">Columns of a head, filled up with zeros.</param>
/// <param name="Keys">Keys of a tile.</param>
/// <param name="Height">Rows of a thread.</param>
/// <param name="Teams">Groups of <see cref="Sharers"/> threads in a block.</param>
internal readonly record struct AttentionKernel(int Depth, int Keys, int Height, int Teams)
{
    /// <summary>The largest head that a kernel takes.</summary>
    public const int MaxHeadSize = 256;

    private const int Sharers = 16;
    private const int Padding = 4;

    // By depth: keys of a tile, and teams of a block for prompts.
    private static readonly (int Depth, int Keys, int Teams)[] Forms =
        [(16, 32, 16), (32, 32, 16), (64, 32, 16), (128, 32, 8), (256, 16, 4)];

    /// <summary>Rows of a block: queries times the heads that share their keys.</summary>
    public int RowCount => Height * Teams;

    public int ThreadCount => Sharers * Teams;

    /// <summary>The block's queries, a tile of keys or values, and the shares of one in the other.</summary>
    public int SharedByteCount => ((RowCount + Keys) * (Depth + Padding) + (RowCount * Keys)) * sizeof(float);

    public string Name => $"attention_{Depth}_by_{Height}";

    /// <summary>The kernel for heads of a size, and for sequences of at most so many rows.</summary>
    public static AttentionKernel For(int headSize, int mostRows)
    {
        foreach (var (depth, keys, teams) in Forms)
        {
            if (headSize <= depth)
            {
                var few = new AttentionKernel(depth, keys, Height: 1, Teams: 4);
                return mostRows <= 2 * few.RowCount ? few : new AttentionKernel(depth, keys, Height: 4, teams);
            }
        }

        throw new CudaException(
            $"Attention on a GPU takes heads of at most {MaxHeadSize} features, not {headSize}. Use device: cpu for this model.");
    }
}
