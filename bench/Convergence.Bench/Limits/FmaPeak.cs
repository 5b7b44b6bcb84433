using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu;

namespace Convergence.Bench.Limits;

/// <summary>The most fused multiply-adds the processor does: independent chains in registers, no memory.</summary>
internal static class FmaPeak
{
    private const int StepCount = 2_000_000;

    // Twelve chains cover a latency of four cycles on two ports with room to spare and leave registers for the factors.
    private const int ChainCount = 12;

    private static float _sink;

    /// <summary>Floating-point operations of one item of work: two per lane and multiply-add.</summary>
    public static double OperationsPerItem => 2.0 * LaneCount * ChainCount * StepCount;

    /// <summary>GFLOP/s that the team reaches together, the best of several runs.</summary>
    public static double Measure(WorkerTeam team)
    {
        // More items than threads, so that a thread that is held up hands work over.
        var itemCount = team.ThreadCount * 4;
        var time = Measurement.Of(() => team.Run(itemCount, static (_, _) => _sink = Burn()), count: 7, warmUpCount: 2);
        return itemCount * OperationsPerItem / time.Best * 1e-9;
    }

    private static int LaneCount => Vector512.IsHardwareAccelerated ? Vector512<float>.Count : Vector256<float>.Count;

    private static float Burn() => Vector512.IsHardwareAccelerated ? Burn512() : Burn256();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Burn512()
    {
        var x = Vector512.Create(0.999999f);
        var y = Vector512.Create(1e-6f);
        var (a, b, c, d, e, f) = (x, x, x, x, x, x);
        var (g, h, i, j, k, l) = (x, x, x, x, x, x);
        for (var step = 0; step < StepCount; step++)
        {
            a = Vector512.FusedMultiplyAdd(a, x, y);
            b = Vector512.FusedMultiplyAdd(b, x, y);
            c = Vector512.FusedMultiplyAdd(c, x, y);
            d = Vector512.FusedMultiplyAdd(d, x, y);
            e = Vector512.FusedMultiplyAdd(e, x, y);
            f = Vector512.FusedMultiplyAdd(f, x, y);
            g = Vector512.FusedMultiplyAdd(g, x, y);
            h = Vector512.FusedMultiplyAdd(h, x, y);
            i = Vector512.FusedMultiplyAdd(i, x, y);
            j = Vector512.FusedMultiplyAdd(j, x, y);
            k = Vector512.FusedMultiplyAdd(k, x, y);
            l = Vector512.FusedMultiplyAdd(l, x, y);
        }

        return Vector512.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Burn256()
    {
        var x = Vector256.Create(0.999999f);
        var y = Vector256.Create(1e-6f);
        var (a, b, c, d, e, f) = (x, x, x, x, x, x);
        var (g, h, i, j, k, l) = (x, x, x, x, x, x);
        for (var step = 0; step < StepCount; step++)
        {
            a = Vector256.FusedMultiplyAdd(a, x, y);
            b = Vector256.FusedMultiplyAdd(b, x, y);
            c = Vector256.FusedMultiplyAdd(c, x, y);
            d = Vector256.FusedMultiplyAdd(d, x, y);
            e = Vector256.FusedMultiplyAdd(e, x, y);
            f = Vector256.FusedMultiplyAdd(f, x, y);
            g = Vector256.FusedMultiplyAdd(g, x, y);
            h = Vector256.FusedMultiplyAdd(h, x, y);
            i = Vector256.FusedMultiplyAdd(i, x, y);
            j = Vector256.FusedMultiplyAdd(j, x, y);
            k = Vector256.FusedMultiplyAdd(k, x, y);
            l = Vector256.FusedMultiplyAdd(l, x, y);
        }

        return Vector256.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }
}
