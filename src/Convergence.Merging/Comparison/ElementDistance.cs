using System.Buffers;
using System.Numerics.Tensors;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;

namespace Convergence.Merging;

/// <summary>
/// Compares the elements of two tensors. Chunks are added in their order, so that the sums are the same for any number of threads.
/// </summary>
internal static class ElementDistance
{
    private const int ChunkElementCount = 1 << 16;

    public static DistanceSums Measure(HostTensor first, HostTensor second, CpuDevice device)
    {
        var chunkCount = (int)((first.ElementCount + ChunkElementCount - 1) / ChunkElementCount);
        var parts = new DistanceSums[chunkCount];
        Parallel.For(0, chunkCount, chunk =>
        {
            var start = (long)chunk * ChunkElementCount;
            var count = (int)Math.Min(ChunkElementCount, first.ElementCount - start);
            var x = ArrayPool<double>.Shared.Rent(count);
            var y = ArrayPool<double>.Shared.Rent(count);
            Widen(first.Slice(start, count), x.AsSpan(0, count), device);
            Widen(second.Slice(start, count), y.AsSpan(0, count), device);
            parts[chunk] = Sum(x.AsSpan(0, count), y.AsSpan(0, count));
            ArrayPool<double>.Shared.Return(x);
            ArrayPool<double>.Shared.Return(y);
        });
        return parts.Aggregate(default(DistanceSums), (sum, part) => sum + part);
    }

    /// <summary>How many elements of two tensors of one type are the same bytes.</summary>
    public static long CountEqualBytes(HostTensor first, HostTensor second)
    {
        var size = first.DType.ByteCount();
        var equal = 0L;
        for (long offset = 0; offset < first.ByteCount; offset += ChunkElementCount * size)
        {
            var x = first.Bytes(offset, ChunkElementCount * size);
            var y = second.Bytes(offset, ChunkElementCount * size);
            for (var element = 0; element < x.Length; element += size)
            {
                equal += x.Slice(element, size).SequenceEqual(y.Slice(element, size)) ? 1 : 0;
            }
        }

        return equal;
    }

    private static DistanceSums Sum(Span<double> x, Span<double> y)
    {
        var (first, second, product) =
            (TensorPrimitives.SumOfSquares<double>(x), TensorPrimitives.SumOfSquares<double>(y), TensorPrimitives.Dot<double>(x, y));
        TensorPrimitives.Subtract<double>(x, y, x);
        return new DistanceSums(
            first, second, product, TensorPrimitives.SumOfSquares<double>(x),
            Math.Abs(TensorPrimitives.MaxMagnitude<double>(x)), CountZeros(x));
    }

    private static long CountZeros(ReadOnlySpan<double> values)
    {
        var count = 0L;
        foreach (var value in values)
        {
            count += value == 0 ? 1 : 0;
        }

        return count;
    }

    // Through a float no type but F64 loses anything.
    private static void Widen(HostTensor source, Span<double> destination, CpuDevice device)
    {
        if (source.DType == DType.F64)
        {
            source.AsSpan<double>().CopyTo(destination);
            return;
        }

        var floats = ArrayPool<float>.Shared.Rent(destination.Length);
        device.Read(source, floats.AsSpan(0, destination.Length));
        TensorPrimitives.ConvertTruncating<float, double>(floats.AsSpan(0, destination.Length), destination);
        ArrayPool<float>.Shared.Return(floats);
    }
}
