using System.Runtime.Intrinsics;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;

namespace Convergence.Bench.Limits;

/// <summary>A copy with non-temporal stores: the least work that reads one tensor and writes one.</summary>
internal static unsafe class CopyKernel
{
    private const int ChunkElementCount = 1 << 18;

    /// <summary>Copies F32 tensors of equal size on all threads of the team.</summary>
    public static void Run(WorkerTeam team, HostTensor source, HostTensor destination)
    {
        var from = (float*)source.Pointer;
        var to = (float*)destination.Pointer;
        var count = source.ElementCount;
        var chunkCount = (int)((count + ChunkElementCount - 1) / ChunkElementCount);
        team.Run(chunkCount, (chunk, _) =>
        {
            var start = (long)chunk * ChunkElementCount;
            Copy(from + start, to + start, Math.Min(ChunkElementCount, count - start));
        });
    }

    private static void Copy(float* from, float* to, long count)
    {
        long index = 0;
        for (; index + 64 <= count; index += 64)
        {
            var a = Vector512.LoadAligned(from + index);
            var b = Vector512.LoadAligned(from + index + 16);
            var c = Vector512.LoadAligned(from + index + 32);
            var d = Vector512.LoadAligned(from + index + 48);
            a.StoreAlignedNonTemporal(to + index);
            b.StoreAlignedNonTemporal(to + index + 16);
            c.StoreAlignedNonTemporal(to + index + 32);
            d.StoreAlignedNonTemporal(to + index + 48);
        }

        for (; index < count; index++)
        {
            to[index] = from[index];
        }
    }
}
