using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Convergence.Tensors.Cpu.Gemm;

/// <summary>
/// Register tiles of 1 to 12 rows by 32 columns. Twelve rows keep 24 accumulators, two vectors of B and one broadcast element of A
/// in the 32 registers; every step issues 24 multiply-adds for 14 loads, so two multiply-add units stay busy.
/// </summary>
internal static unsafe class Tile512
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply12(in TileArguments tile)
    {
        float* a = tile.A, b = tile.B;
        nint aStep = tile.AStep, bStep = tile.BStep;
        var left = Vector512.Load(tile.Initial);
        var right = Vector512.Load(tile.Initial + 16);
        Vector512<float> l0 = left, r0 = right, l1 = left, r1 = right, l2 = left, r2 = right,
            l3 = left, r3 = right, l4 = left, r4 = right, l5 = left, r5 = right,
            l6 = left, r6 = right, l7 = left, r7 = right, l8 = left, r8 = right,
            l9 = left, r9 = right, l10 = left, r10 = right, l11 = left, r11 = right;
        for (var k = tile.Depth; k > 0; k--, a += aStep, b += bStep)
        {
            left = Vector512.Load(b);
            right = Vector512.Load(b + 16);
            var x0 = Vector512.Create(a[0]);
            l0 = Vector512.FusedMultiplyAdd(x0, left, l0);
            r0 = Vector512.FusedMultiplyAdd(x0, right, r0);
            var x1 = Vector512.Create(a[1]);
            l1 = Vector512.FusedMultiplyAdd(x1, left, l1);
            r1 = Vector512.FusedMultiplyAdd(x1, right, r1);
            var x2 = Vector512.Create(a[2]);
            l2 = Vector512.FusedMultiplyAdd(x2, left, l2);
            r2 = Vector512.FusedMultiplyAdd(x2, right, r2);
            var x3 = Vector512.Create(a[3]);
            l3 = Vector512.FusedMultiplyAdd(x3, left, l3);
            r3 = Vector512.FusedMultiplyAdd(x3, right, r3);
            var x4 = Vector512.Create(a[4]);
            l4 = Vector512.FusedMultiplyAdd(x4, left, l4);
            r4 = Vector512.FusedMultiplyAdd(x4, right, r4);
            var x5 = Vector512.Create(a[5]);
            l5 = Vector512.FusedMultiplyAdd(x5, left, l5);
            r5 = Vector512.FusedMultiplyAdd(x5, right, r5);
            var x6 = Vector512.Create(a[6]);
            l6 = Vector512.FusedMultiplyAdd(x6, left, l6);
            r6 = Vector512.FusedMultiplyAdd(x6, right, r6);
            var x7 = Vector512.Create(a[7]);
            l7 = Vector512.FusedMultiplyAdd(x7, left, l7);
            r7 = Vector512.FusedMultiplyAdd(x7, right, r7);
            var x8 = Vector512.Create(a[8]);
            l8 = Vector512.FusedMultiplyAdd(x8, left, l8);
            r8 = Vector512.FusedMultiplyAdd(x8, right, r8);
            var x9 = Vector512.Create(a[9]);
            l9 = Vector512.FusedMultiplyAdd(x9, left, l9);
            r9 = Vector512.FusedMultiplyAdd(x9, right, r9);
            var x10 = Vector512.Create(a[10]);
            l10 = Vector512.FusedMultiplyAdd(x10, left, l10);
            r10 = Vector512.FusedMultiplyAdd(x10, right, r10);
            var x11 = Vector512.Create(a[11]);
            l11 = Vector512.FusedMultiplyAdd(x11, left, l11);
            r11 = Vector512.FusedMultiplyAdd(x11, right, r11);
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
        Store(c + (6 * cStep), l6, r6, accumulate);
        Store(c + (7 * cStep), l7, r7, accumulate);
        Store(c + (8 * cStep), l8, r8, accumulate);
        Store(c + (9 * cStep), l9, r9, accumulate);
        Store(c + (10 * cStep), l10, r10, accumulate);
        Store(c + (11 * cStep), l11, r11, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply8(in TileArguments tile)
    {
        float* a = tile.A, b = tile.B;
        nint aStep = tile.AStep, bStep = tile.BStep;
        var left = Vector512.Load(tile.Initial);
        var right = Vector512.Load(tile.Initial + 16);
        Vector512<float> l0 = left, r0 = right, l1 = left, r1 = right, l2 = left, r2 = right,
            l3 = left, r3 = right, l4 = left, r4 = right, l5 = left, r5 = right,
            l6 = left, r6 = right, l7 = left, r7 = right;
        for (var k = tile.Depth; k > 0; k--, a += aStep, b += bStep)
        {
            left = Vector512.Load(b);
            right = Vector512.Load(b + 16);
            var x0 = Vector512.Create(a[0]);
            l0 = Vector512.FusedMultiplyAdd(x0, left, l0);
            r0 = Vector512.FusedMultiplyAdd(x0, right, r0);
            var x1 = Vector512.Create(a[1]);
            l1 = Vector512.FusedMultiplyAdd(x1, left, l1);
            r1 = Vector512.FusedMultiplyAdd(x1, right, r1);
            var x2 = Vector512.Create(a[2]);
            l2 = Vector512.FusedMultiplyAdd(x2, left, l2);
            r2 = Vector512.FusedMultiplyAdd(x2, right, r2);
            var x3 = Vector512.Create(a[3]);
            l3 = Vector512.FusedMultiplyAdd(x3, left, l3);
            r3 = Vector512.FusedMultiplyAdd(x3, right, r3);
            var x4 = Vector512.Create(a[4]);
            l4 = Vector512.FusedMultiplyAdd(x4, left, l4);
            r4 = Vector512.FusedMultiplyAdd(x4, right, r4);
            var x5 = Vector512.Create(a[5]);
            l5 = Vector512.FusedMultiplyAdd(x5, left, l5);
            r5 = Vector512.FusedMultiplyAdd(x5, right, r5);
            var x6 = Vector512.Create(a[6]);
            l6 = Vector512.FusedMultiplyAdd(x6, left, l6);
            r6 = Vector512.FusedMultiplyAdd(x6, right, r6);
            var x7 = Vector512.Create(a[7]);
            l7 = Vector512.FusedMultiplyAdd(x7, left, l7);
            r7 = Vector512.FusedMultiplyAdd(x7, right, r7);
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
        Store(c + (6 * cStep), l6, r6, accumulate);
        Store(c + (7 * cStep), l7, r7, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply4(in TileArguments tile)
    {
        float* a = tile.A, b = tile.B;
        nint aStep = tile.AStep, bStep = tile.BStep;
        var left = Vector512.Load(tile.Initial);
        var right = Vector512.Load(tile.Initial + 16);
        Vector512<float> l0 = left, r0 = right, l1 = left, r1 = right, l2 = left, r2 = right,
            l3 = left, r3 = right;
        for (var k = tile.Depth; k > 0; k--, a += aStep, b += bStep)
        {
            left = Vector512.Load(b);
            right = Vector512.Load(b + 16);
            var x0 = Vector512.Create(a[0]);
            l0 = Vector512.FusedMultiplyAdd(x0, left, l0);
            r0 = Vector512.FusedMultiplyAdd(x0, right, r0);
            var x1 = Vector512.Create(a[1]);
            l1 = Vector512.FusedMultiplyAdd(x1, left, l1);
            r1 = Vector512.FusedMultiplyAdd(x1, right, r1);
            var x2 = Vector512.Create(a[2]);
            l2 = Vector512.FusedMultiplyAdd(x2, left, l2);
            r2 = Vector512.FusedMultiplyAdd(x2, right, r2);
            var x3 = Vector512.Create(a[3]);
            l3 = Vector512.FusedMultiplyAdd(x3, left, l3);
            r3 = Vector512.FusedMultiplyAdd(x3, right, r3);
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
        var left = Vector512.Load(tile.Initial);
        var right = Vector512.Load(tile.Initial + 16);
        Vector512<float> l0 = left, r0 = right, l1 = left, r1 = right;
        for (var k = tile.Depth; k > 0; k--, a += aStep, b += bStep)
        {
            left = Vector512.Load(b);
            right = Vector512.Load(b + 16);
            var x0 = Vector512.Create(a[0]);
            l0 = Vector512.FusedMultiplyAdd(x0, left, l0);
            r0 = Vector512.FusedMultiplyAdd(x0, right, r0);
            var x1 = Vector512.Create(a[1]);
            l1 = Vector512.FusedMultiplyAdd(x1, left, l1);
            r1 = Vector512.FusedMultiplyAdd(x1, right, r1);
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
        var left = Vector512.Load(tile.Initial);
        var right = Vector512.Load(tile.Initial + 16);
        Vector512<float> l0 = left, r0 = right;
        for (var k = tile.Depth; k > 0; k--, a += aStep, b += bStep)
        {
            left = Vector512.Load(b);
            right = Vector512.Load(b + 16);
            var x0 = Vector512.Create(a[0]);
            l0 = Vector512.FusedMultiplyAdd(x0, left, l0);
            r0 = Vector512.FusedMultiplyAdd(x0, right, r0);
        }

        var c = tile.C;
        var cStep = tile.CStep;
        var accumulate = tile.Accumulate;
        Store(c, l0, r0, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* c, Vector512<float> left, Vector512<float> right, bool accumulate)
    {
        if (accumulate)
        {
            left = Vector512.Load(c) + left;
            right = Vector512.Load(c + 16) + right;
        }

        left.Store(c);
        right.Store(c + 16);
    }
}
