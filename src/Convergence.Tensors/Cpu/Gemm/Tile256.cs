using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Convergence.Tensors.Cpu.Gemm;

/// <summary>
/// Register tiles of 1 to 6 rows by 16 columns. Six rows keep 12 accumulators, two vectors of B and a broadcast element of A in the
/// 16 registers; 12 independent chains cover the latency of two multiply-add units.
/// </summary>
internal static unsafe class Tile256
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply6(in TileArguments tile)
    {
        float* a = tile.A, b = tile.B;
        nint aStep = tile.AStep, bStep = tile.BStep;
        var left = Vector256.Load(tile.Initial);
        var right = Vector256.Load(tile.Initial + 8);
        Vector256<float> l0 = left, r0 = right, l1 = left, r1 = right, l2 = left, r2 = right,
            l3 = left, r3 = right, l4 = left, r4 = right, l5 = left, r5 = right;
        for (var k = tile.Depth; k > 0; k--, a += aStep, b += bStep)
        {
            left = Vector256.Load(b);
            right = Vector256.Load(b + 8);
            var x0 = Vector256.Create(a[0]);
            l0 = Vector256.FusedMultiplyAdd(x0, left, l0);
            r0 = Vector256.FusedMultiplyAdd(x0, right, r0);
            var x1 = Vector256.Create(a[1]);
            l1 = Vector256.FusedMultiplyAdd(x1, left, l1);
            r1 = Vector256.FusedMultiplyAdd(x1, right, r1);
            var x2 = Vector256.Create(a[2]);
            l2 = Vector256.FusedMultiplyAdd(x2, left, l2);
            r2 = Vector256.FusedMultiplyAdd(x2, right, r2);
            var x3 = Vector256.Create(a[3]);
            l3 = Vector256.FusedMultiplyAdd(x3, left, l3);
            r3 = Vector256.FusedMultiplyAdd(x3, right, r3);
            var x4 = Vector256.Create(a[4]);
            l4 = Vector256.FusedMultiplyAdd(x4, left, l4);
            r4 = Vector256.FusedMultiplyAdd(x4, right, r4);
            var x5 = Vector256.Create(a[5]);
            l5 = Vector256.FusedMultiplyAdd(x5, left, l5);
            r5 = Vector256.FusedMultiplyAdd(x5, right, r5);
        }

        var c = tile.C;
        var cStep = tile.CStep;
        var accumulate = tile.Accumulate;
        Store(c, l0, r0, accumulate);
        Store(c + cStep, l1, r1, accumulate);
        Store(c + (2 * cStep), l2, r2, accumulate);
        Store(c + (3 * cStep), l3, r3, accumulate);
        Store(c + (4 * cStep), l4, r4, accumulate);
        Store(c + (5 * cStep), l5, r5, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply4(in TileArguments tile)
    {
        float* a = tile.A, b = tile.B;
        nint aStep = tile.AStep, bStep = tile.BStep;
        var left = Vector256.Load(tile.Initial);
        var right = Vector256.Load(tile.Initial + 8);
        Vector256<float> l0 = left, r0 = right, l1 = left, r1 = right, l2 = left, r2 = right,
            l3 = left, r3 = right;
        for (var k = tile.Depth; k > 0; k--, a += aStep, b += bStep)
        {
            left = Vector256.Load(b);
            right = Vector256.Load(b + 8);
            var x0 = Vector256.Create(a[0]);
            l0 = Vector256.FusedMultiplyAdd(x0, left, l0);
            r0 = Vector256.FusedMultiplyAdd(x0, right, r0);
            var x1 = Vector256.Create(a[1]);
            l1 = Vector256.FusedMultiplyAdd(x1, left, l1);
            r1 = Vector256.FusedMultiplyAdd(x1, right, r1);
            var x2 = Vector256.Create(a[2]);
            l2 = Vector256.FusedMultiplyAdd(x2, left, l2);
            r2 = Vector256.FusedMultiplyAdd(x2, right, r2);
            var x3 = Vector256.Create(a[3]);
            l3 = Vector256.FusedMultiplyAdd(x3, left, l3);
            r3 = Vector256.FusedMultiplyAdd(x3, right, r3);
        }

        var c = tile.C;
        var cStep = tile.CStep;
        var accumulate = tile.Accumulate;
        Store(c, l0, r0, accumulate);
        Store(c + cStep, l1, r1, accumulate);
        Store(c + (2 * cStep), l2, r2, accumulate);
        Store(c + (3 * cStep), l3, r3, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply2(in TileArguments tile)
    {
        float* a = tile.A, b = tile.B;
        nint aStep = tile.AStep, bStep = tile.BStep;
        var left = Vector256.Load(tile.Initial);
        var right = Vector256.Load(tile.Initial + 8);
        Vector256<float> l0 = left, r0 = right, l1 = left, r1 = right;
        for (var k = tile.Depth; k > 0; k--, a += aStep, b += bStep)
        {
            left = Vector256.Load(b);
            right = Vector256.Load(b + 8);
            var x0 = Vector256.Create(a[0]);
            l0 = Vector256.FusedMultiplyAdd(x0, left, l0);
            r0 = Vector256.FusedMultiplyAdd(x0, right, r0);
            var x1 = Vector256.Create(a[1]);
            l1 = Vector256.FusedMultiplyAdd(x1, left, l1);
            r1 = Vector256.FusedMultiplyAdd(x1, right, r1);
        }

        var c = tile.C;
        var cStep = tile.CStep;
        var accumulate = tile.Accumulate;
        Store(c, l0, r0, accumulate);
        Store(c + cStep, l1, r1, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply1(in TileArguments tile)
    {
        float* a = tile.A, b = tile.B;
        nint aStep = tile.AStep, bStep = tile.BStep;
        var left = Vector256.Load(tile.Initial);
        var right = Vector256.Load(tile.Initial + 8);
        Vector256<float> l0 = left, r0 = right;
        for (var k = tile.Depth; k > 0; k--, a += aStep, b += bStep)
        {
            left = Vector256.Load(b);
            right = Vector256.Load(b + 8);
            var x0 = Vector256.Create(a[0]);
            l0 = Vector256.FusedMultiplyAdd(x0, left, l0);
            r0 = Vector256.FusedMultiplyAdd(x0, right, r0);
        }

        var c = tile.C;
        var cStep = tile.CStep;
        var accumulate = tile.Accumulate;
        Store(c, l0, r0, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* c, Vector256<float> left, Vector256<float> right, bool accumulate)
    {
        if (accumulate)
        {
            left = Vector256.Load(c) + left;
            right = Vector256.Load(c + 8) + right;
        }

        left.Store(c);
        right.Store(c + 8);
    }
}
