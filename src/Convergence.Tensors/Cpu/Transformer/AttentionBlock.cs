using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Gemm;

namespace Convergence.Tensors.Cpu.Transformer;

/// <summary>A few neighbouring queries of one head: scores, softmax, mix of the values.</summary>
internal unsafe struct AttentionBlock
{
    // The mix is summed in blocks of this many keys from the sequence's start, whatever the block of queries, so that a
    // query's result has the same bits whichever other queries are computed beside it.
    private const int MixDepth = 256;

    public float* Query;
    public nint QueryStride;
    public int QueryCount;

    /// <summary>Keys that the first query sees; each further query sees one more.</summary>
    public int FirstVisibleCount;

    public int KeyCount;
    public int HeadSize;
    public float Scale;
    public float* Output;
    public nint OutputStride;

    /// <summary>Keys that any query of the block sees.</summary>
    private readonly int VisibleCount => FirstVisibleCount + QueryCount - 1;

    [SkipLocalsInit]
    public readonly void Run(float* scratch, AttentionScratch layout)
    {
        var zeros = stackalloc float[TileKernel.Columns];
        var sums = stackalloc float[AttentionScratch.BlockQueries];
        new Span<float>(zeros, TileKernel.Columns).Clear();
        PackQueries(scratch + layout.Queries);
        ComputeScores(scratch, layout, zeros);
        for (var query = 0; query < QueryCount; query++)
        {
            var scores = scratch + layout.Scores + ((long)query * layout.PaddedKeys);
            sums[query] = Exponentiate(scores, FirstVisibleCount + query, VisibleCount);
        }

        MixValues(scratch, layout, zeros);
        for (var query = 0; query < QueryCount; query++)
        {
            StoreScaled(scratch + layout.Mixed + ((long)query * layout.PaddedHead), 1 / sums[query], Output + (query * OutputStride));
        }
    }

    private readonly void PackQueries(float* tiles)
    {
        Interleaving.PackTiles(Query, QueryStride, QueryCount, HeadSize, tiles);
        var count = QueryCount * HeadSize;
        for (var i = 0; i < count; i++)
        {
            tiles[i] *= Scale;
        }
    }

    private readonly void ComputeScores(float* scratch, AttentionScratch layout, float* zeros)
    {
        var tile = new TileArguments
        {
            BStep = TileKernel.Columns,
            Depth = HeadSize,
            Initial = zeros,
            CStep = layout.PaddedKeys,
        };
        for (var key = 0; key < VisibleCount; key += TileKernel.Columns)
        {
            tile.B = scratch + layout.Keys + ((long)key * HeadSize);
            for (var query = 0; query < QueryCount;)
            {
                var height = TileKernel.HeightFor(QueryCount - query);
                tile.A = scratch + layout.Queries + ((long)query * HeadSize);
                tile.AStep = height;
                tile.C = scratch + layout.Scores + ((long)query * layout.PaddedKeys) + key;
                TileKernel.Multiply(height, tile);
                query += height;
            }
        }
    }

    /// <summary>
    /// Replaces the visible scores by e^(score - largest) and the others by zero up to <paramref name="endKey"/>; returns the sum.
    /// </summary>
    private static float Exponentiate(float* scores, int visibleCount, int endKey)
    {
        var largest = Vector512.Create(RowMaximum.Of(scores, visibleCount));
        var sum = Vector512<float>.Zero;
        var key = 0;
        for (; key + Lanes.Count <= visibleCount; key += Lanes.Count)
        {
            var share = Lanes.Exp(Vector512.Load(scores + key) - largest);
            share.Store(scores + key);
            sum += share;
        }

        // Rows are padded to whole panels, so the vector at the boundary and those behind it may be stored whole.
        if (key < visibleCount)
        {
            var visible = Vector512.LessThan(Lanes.Indices, Vector512.Create(visibleCount - key)).AsSingle();
            var share = Lanes.Exp(Vector512.Load(scores + key) - largest) & visible;
            share.Store(scores + key);
            sum += share;
            key += Lanes.Count;
        }

        for (; key < endKey; key += Lanes.Count)
        {
            Vector512<float>.Zero.Store(scores + key);
        }

        return Lanes.Sum(sum);
    }

    private readonly void MixValues(float* scratch, AttentionScratch layout, float* zeros)
    {
        var tile = new TileArguments { BStep = TileKernel.Columns, Initial = zeros, CStep = layout.PaddedHead };
        for (var key = 0; key < VisibleCount; key += MixDepth)
        {
            tile.Depth = Math.Min(MixDepth, VisibleCount - key);
            tile.Accumulate = key > 0;
            Interleaving.PackTiles(
                scratch + layout.Scores + key, layout.PaddedKeys, QueryCount, tile.Depth, scratch + layout.Shares);
            for (var feature = 0; feature < layout.PaddedHead; feature += TileKernel.Columns)
            {
                tile.B = scratch + layout.Values + ((long)feature * KeyCount) + ((long)key * TileKernel.Columns);
                for (var query = 0; query < QueryCount;)
                {
                    var height = TileKernel.HeightFor(QueryCount - query);
                    tile.A = scratch + layout.Shares + ((long)query * tile.Depth);
                    tile.AStep = height;
                    tile.C = scratch + layout.Mixed + ((long)query * layout.PaddedHead) + feature;
                    TileKernel.Multiply(height, tile);
                    query += height;
                }
            }
        }
    }

    private readonly void StoreScaled(float* mixed, float scale, float* output)
    {
        var i = 0;
        for (; i + Lanes.Count <= HeadSize; i += Lanes.Count)
        {
            (Vector512.Load(mixed + i) * scale).Store(output + i);
        }

        for (; i < HeadSize; i++)
        {
            output[i] = mixed[i] * scale;
        }
    }
}
