namespace Convergence.Cuda.Transformer;

/// <summary>One of the attention kernels, as <c>transformer_attention.cu</c> lists them.</summary>
/// <param name="IsNarrow">Whether its tiles hold bfloat16 instead of float32.</param>
/// <param name="Depth">Columns of a slice of a head, filled up with zeros.</param>
/// <param name="Keys">Keys of a tile.</param>
/// <param name="Height">Rows of a thread.</param>
/// <param name="Teams">Groups of <see cref="Sharers"/> threads in a block.</param>
internal readonly record struct AttentionKernel(bool IsNarrow, int Depth, int Keys, int Height, int Teams)
{
    /// <summary>Keys whose softmax is formed by itself before it is joined with the others': STRETCH of the kernels' file.</summary>
    public const int Stretch = 512;

    private const int Sharers = 16;
    private const int FewTeams = 4;
    private const int LoadByteCount = 16;

    // By depth: keys of a tile, and teams of a block for prompts. The last takes larger heads in slices.
    private static readonly (int Depth, int Keys, int Teams)[] FullForms =
        [(16, 32, 16), (32, 32, 16), (64, 32, 16), (128, 32, 8), (256, 16, 4)];

    private static readonly (int Depth, int Keys, int Teams)[] NarrowForms = [(64, 32, 16), (128, 32, 8), (256, 32, 4)];

    // Tiles of smaller heads do not bound how many blocks a multiprocessor holds: to round them would cost digits for nothing.
    private const int LeastNarrowHeadSize = 33;

    /// <summary>Rows of a block: queries times the heads that share their keys.</summary>
    public int RowCount => Height * Teams;

    public int ThreadCount => Sharers * Teams;

    /// <summary>The block's queries, a tile of keys or values, and the shares of one in the other.</summary>
    public int SharedByteCount =>
        ((RowCount + Keys) * ((Depth * (IsNarrow ? sizeof(ushort) : sizeof(float))) + LoadByteCount)) + (RowCount * Keys * sizeof(float));

    public string Name => $"attention_{(IsNarrow ? "bf16" : "f32")}_{Depth}_by_{Height}";

    /// <summary>Slices that a head of a size is taken in.</summary>
    public int SlicesOf(int headSize) => (headSize + Depth - 1) / Depth;

    /// <summary>The kernel for heads of a size, and for sequences of at most so many rows.</summary>
    /// <param name="headSize">Features of a head.</param>
    /// <param name="mostRows">Rows of the longest sequence.</param>
    /// <param name="mayRound">Whether products of factors in bfloat16 will do.</param>
    public static AttentionKernel For(int headSize, int mostRows, bool mayRound)
    {
        var isNarrow = mayRound && headSize >= LeastNarrowHeadSize;
        var forms = isNarrow ? NarrowForms : FullForms;
        var (depth, keys, teams) = Array.Find(forms, form => headSize <= form.Depth) is { Depth: > 0 } found ? found : forms[^1];
        var few = new AttentionKernel(isNarrow, depth, keys, Height: 1, FewTeams);
        return mostRows <= 2 * few.RowCount ? few : new AttentionKernel(isNarrow, depth, keys, Height: 4, teams);
    }
}
