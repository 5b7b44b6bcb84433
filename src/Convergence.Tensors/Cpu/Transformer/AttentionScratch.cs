using Convergence.Tensors.Cpu.Gemm;

namespace Convergence.Tensors.Cpu.Transformer;

/// <summary>Where the parts of a worker's scratch lie, in floats, while it treats one head of one sequence.</summary>
internal readonly struct AttentionScratch
{
    /// <summary>Queries of a block: four register tiles. Small, since a block's last query decides how many keys all of it see.</summary>
    public const int BlockQueries = 4 * TileKernel.MaxRows;

    public AttentionScratch(int keyCount, int headSize)
    {
        PaddedKeys = RoundUp(keyCount);
        PaddedHead = RoundUp(headSize);
        long end = 0;
        Keys = Take(ref end, (long)PaddedKeys * headSize);
        Values = Take(ref end, (long)keyCount * PaddedHead);
        Queries = Take(ref end, (long)BlockQueries * headSize);
        Scores = Take(ref end, (long)BlockQueries * PaddedKeys);
        Shares = Take(ref end, (long)BlockQueries * PaddedKeys);
        Mixed = Take(ref end, (long)BlockQueries * PaddedHead);
        FloatCount = end;
    }

    /// <summary>Keys, rounded up to whole panels; the row stride of the scores.</summary>
    public int PaddedKeys { get; }

    /// <summary>The head size, rounded up to whole panels; the row stride of the mixed values.</summary>
    public int PaddedHead { get; }

    /// <summary>Panels of 32 keys, feature by feature.</summary>
    public long Keys { get; }

    /// <summary>Panels of 32 features, key by key.</summary>
    public long Values { get; }

    /// <summary>Tiles of scaled queries.</summary>
    public long Queries { get; }

    /// <summary>A row of scores per query.</summary>
    public long Scores { get; }

    /// <summary>Tiles of the exponentials of the scores.</summary>
    public long Shares { get; }

    /// <summary>A row of mixed values per query.</summary>
    public long Mixed { get; }

    public long FloatCount { get; }

    private static int RoundUp(int count) => (count + TileKernel.Columns - 1) / TileKernel.Columns * TileKernel.Columns;

    private static long Take(ref long end, long count)
    {
        var start = end;
        end += (count + Lanes.Count - 1) / Lanes.Count * Lanes.Count;
        return start;
    }
}
