using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Convergence.Tensors.Cpu.Gemm;

/// <summary>
/// Register tiles of 1 to 4 rows by 8 columns, for machines with 128-bit vectors (Arm). Where the machine has no fused
/// multiply-add, the runtime computes the exact same result in software, slowly.
/// </summary>
internal static unsafe class Tile128
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply4(in TileArguments tile)
    {
        float* a = tile.A, b = tile.B;
        nint aStep = tile.AStep, bStep = tile.BStep;
        var left = Vector128.Load(tile.Initial);
        var right = Vector128.Load(tile.Initial + 4);
        Vector128<float> l0 = left, r0 = right, l1 = left, r1 = right, l2 = left, r2 = right,
            l3 = left, r3 = right;
        for (var k = tile.Depth; k > 0; k--, a += aStep, b += bStep)
        {
            left = Vector128.Load(b);
            right = Vector128.Load(b + 4);
            var x0 = Vector128.Create(a[0]);
            l0 = Vector128.FusedMultiplyAdd(x0, left, l0);
            r0 = Vector128.FusedMultiplyAdd(x0, right, r0);
            var x1 = Vector128.Create(a[1]);
            l1 = Vector128.FusedMultiplyAdd(x1, left, l1);
            r1 = Vector128.FusedMultiplyAdd(x1, right, r1);
            var x2 = Vector128.Create(a[2]);
            l2 = Vector128.FusedMultiplyAdd(x2, left, l2);
            r2 = Vector128.FusedMultiplyAdd(x2, right, r2);
            var x3 = Vector128.Create(a[3]);
            l3 = Vector128.FusedMultiplyAdd(x3, left, l3);
            r3 = Vector128.FusedMultiplyAdd(x3, right, r3);
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
        var left = Vector128.Load(tile.Initial);
        var right = Vector128.Load(tile.Initial + 4);
        Vector128<float> l0 = left, r0 = right, l1 = left, r1 = right;
        for (var k = tile.Depth; k > 0; k--, a += aStep, b += bStep)
        {
            left = Vector128.Load(b);
            right = Vector128.Load(b + 4);
            var x0 = Vector128.Create(a[0]);
            l0 = Vector128.FusedMultiplyAdd(x0, left, l0);
            r0 = Vector128.FusedMultiplyAdd(x0, right, r0);
            var x1 = Vector128.Create(a[1]);
            l1 = Vector128.FusedMultiplyAdd(x1, left, l1);
            r1 = Vector128.FusedMultiplyAdd(x1, right, r1);
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
        var left = Vector128.Load(tile.Initial);
        var right = Vector128.Load(tile.Initial + 4);
        Vector128<float> l0 = left, r0 = right;
        for (var k = tile.Depth; k > 0; k--, a += aStep, b += bStep)
        {
            left = Vector128.Load(b);
            right = Vector128.Load(b + 4);
            var x0 = Vector128.Create(a[0]);
            l0 = Vector128.FusedMultiplyAdd(x0, left, l0);
            r0 = Vector128.FusedMultiplyAdd(x0, right, r0);
        }

        var c = tile.C;
        var cStep = tile.CStep;
        var accumulate = tile.Accumulate;
        Store(c, l0, r0, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* c, Vector128<float> left, Vector128<float> right, bool accumulate)
    {
        if (accumulate)
        {
            left = Vector128.Load(c) + left;
            right = Vector128.Load(c + 4) + right;
        }

        left.Store(c);
        right.Store(c + 4);
    }
}
