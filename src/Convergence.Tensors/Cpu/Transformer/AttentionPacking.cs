using Convergence.Tensors.Cpu.Gemm;

namespace Convergence.Tensors.Cpu.Transformer;

/// <summary>Lays one head's keys and values out as the panels that register tiles read.</summary>
internal static unsafe class AttentionPacking
{
    /// <summary>Panels of 32 keys, feature by feature: the right factor of the scores. Missing keys of the last panel are zero.</summary>
    public static void PackKeys(float* keys, nint stride, int keyCount, int headSize, float* panels)
    {
        for (var key = 0; key < keyCount; key += TileKernel.Columns, panels += TileKernel.Columns * headSize)
        {
            var count = Math.Min(TileKernel.Columns, keyCount - key);
            if (count < TileKernel.Columns)
            {
                new Span<float>(panels, TileKernel.Columns * headSize).Clear();
            }

            Interleaving.Interleave(keys + (key * stride), stride, count, headSize, panels, TileKernel.Columns);
        }
    }

    /// <summary>Panels of 32 features, key by key: the right factor of the mix. Missing features of the last panel are zero.</summary>
    public static void PackValues(float* values, nint stride, int keyCount, int headSize, float* panels)
    {
        for (var feature = 0; feature < headSize; feature += TileKernel.Columns)
        {
            var count = Math.Min(TileKernel.Columns, headSize - feature);
            for (var key = 0; key < keyCount; key++, panels += TileKernel.Columns)
            {
                var panelRow = new Span<float>(panels, TileKernel.Columns);
                new ReadOnlySpan<float>(values + (key * stride) + feature, count).CopyTo(panelRow);
                panelRow[count..].Clear();
            }
        }
    }
}
