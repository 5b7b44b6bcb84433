using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Convergence.Tensors.Cpu.Gemm;

/// <summary>Turns rows into the depth-major order of tiles and panels.</summary>
internal static unsafe class Interleaving
{
    /// <summary>
    /// Lays rows out as consecutive tiles of the heights that <see cref="TileKernel.HeightFor"/> gives, each depth-major.
    /// </summary>
    public static void PackTiles(float* source, nint stride, int rowCount, int depth, float* destination)
    {
        for (var row = 0; row < rowCount;)
        {
            var height = TileKernel.HeightFor(rowCount - row);
            Interleave(source + (row * stride), stride, height, depth, destination + ((long)row * depth), height);
            row += height;
        }
    }

    /// <summary>destination[k * step + r] = source[r * stride + k].</summary>
    public static void Interleave(float* source, nint stride, int rowCount, int depth, float* destination, nint step)
    {
        var row = 0;
        for (; row + 4 <= rowCount; row += 4)
        {
            InterleaveFour(source + (row * stride), stride, depth, destination + row, step);
        }

        for (; row < rowCount; row++)
        {
            var elements = source + (row * stride);
            for (var k = 0; k < depth; k++)
            {
                destination[(k * step) + row] = elements[k];
            }
        }
    }

    private static void InterleaveFour(float* source, nint stride, int depth, float* destination, nint step)
    {
        float* row0 = source, row1 = row0 + stride, row2 = row1 + stride, row3 = row2 + stride;
        var k = 0;
        for (; k + 4 <= depth; k += 4, destination += 4 * step)
        {
            var (v0, v1, v2, v3) = Transpose(
                Vector128.Load(row0 + k), Vector128.Load(row1 + k), Vector128.Load(row2 + k), Vector128.Load(row3 + k));
            v0.Store(destination);
            v1.Store(destination + step);
            v2.Store(destination + (2 * step));
            v3.Store(destination + (3 * step));
        }

        for (; k < depth; k++, destination += step)
        {
            Vector128.Create(row0[k], row1[k], row2[k], row3[k]).Store(destination);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector128<float> V0, Vector128<float> V1, Vector128<float> V2, Vector128<float> V3) Transpose(
        Vector128<float> a, Vector128<float> b, Vector128<float> c, Vector128<float> d)
    {
        // Pairs first (a0 b0 a1 b1), then pairs of pairs (a0 b0 c0 d0).
        var abLow = ZipLow(a, b).AsDouble();
        var abHigh = ZipHigh(a, b).AsDouble();
        var cdLow = ZipLow(c, d).AsDouble();
        var cdHigh = ZipHigh(c, d).AsDouble();
        return (
            ZipLow(abLow, cdLow).AsSingle(), ZipHigh(abLow, cdLow).AsSingle(),
            ZipLow(abHigh, cdHigh).AsSingle(), ZipHigh(abHigh, cdHigh).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipLow(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackLow(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(a, b)
        : Vector128.Create(a[0], b[0], a[1], b[1]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipHigh(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackHigh(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(a, b)
        : Vector128.Create(a[2], b[2], a[3], b[3]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<double> ZipLow(Vector128<double> a, Vector128<double> b) =>
        Sse2.IsSupported ? Sse2.UnpackLow(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(a, b)
        : Vector128.Create(a[0], b[0]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<double> ZipHigh(Vector128<double> a, Vector128<double> b) =>
        Sse2.IsSupported ? Sse2.UnpackHigh(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(a, b)
        : Vector128.Create(a[1], b[1]);
}
