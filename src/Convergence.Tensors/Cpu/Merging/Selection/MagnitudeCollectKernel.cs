using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Cpu.Merging.Sweeping;

namespace Convergence.Tensors.Cpu.Merging.Selection;

/// <summary>Counts the magnitudes above a bracket and collects those inside with their indices, for all inputs in one pass.</summary>
internal readonly unsafe struct MagnitudeCollectKernel(Bracket[] brackets, CandidateStore store) : IBlockKernel
{
    private const int TurnSize = 512;

    private readonly Bracket[] _brackets = brackets;
    private readonly CandidateStore _store = store;

    public void Run<TLanes>(byte** tensors, Block block) where TLanes : struct, ILanes
    {
        // In turns short enough that the memory keeps fetching all tensors at once.
        for (var start = 0; start < block.Count; start += TurnSize)
        {
            var count = Math.Min(TurnSize, block.Count - start);
            var turn = new Block(block.Place + start, block.Index + start, count, count, block.Worker);
            var offset = (nint)start * TLanes.ElementByteCount;
            for (var input = 0; input < _brackets.Length; input++)
            {
                if (!_brackets[input].IsEmpty)
                {
                    Collect<TLanes>(tensors[input + 1] + offset, tensors[0] + offset, turn, input);
                }
            }
        }
    }

    private void Collect<TLanes>(byte* source, byte* baseSource, Block block, int input) where TLanes : struct, ILanes
    {
        ref var candidates = ref _store.Of(block.Worker, input);
        if (!candidates.HasRoomFor(block.Count + ILanes.Count))
        {
            candidates.Overflowed = true;
            return;
        }

        var low = Vector512.Create(_brackets[input].Low);
        var high = Vector512.Create(_brackets[input].High);
        var width = Vector512.Create(_brackets[input].High - _brackets[input].Low);
        var above = Vector512<uint>.Zero;
        var count = candidates.Count;
        var magnitudes = candidates.Magnitudes;
        var indices = candidates.Indices;
        var index = Vector512.Create((uint)block.Place) + Vector512<uint>.Indices;
        var whole = block.Count / ILanes.Count * ILanes.Count;
        for (nint i = 0; i < whole; i += ILanes.Count)
        {
            var offset = i * TLanes.ElementByteCount;
            var magnitude = TLanes.Magnitude(source + offset, baseSource + offset);

            // A comparison that holds is -1.
            above -= Vector512.GreaterThan(magnitude, high);

            // What lies below the bracket wraps round to more than its width. Most vectors hold no candidate.
            var isInside = Vector512.LessThanOrEqual(magnitude - low, width);
            if (isInside != Vector512<uint>.Zero)
            {
                count += Append(magnitude, index, isInside, magnitudes + count, indices + count);
            }

            index += Vector512.Create((uint)ILanes.Count);
        }

        candidates.Above += Vector512.Sum(above);
        candidates.Count = count;
        if (whole < block.Count)
        {
            CollectRest<TLanes>(source, baseSource, block, whole, input, ref candidates);
        }
    }

    // The last elements, which share their vector with padding.
    private void CollectRest<TLanes>(byte* source, byte* baseSource, Block block, int start, int input, ref Candidates candidates)
        where TLanes : struct, ILanes
    {
        var offset = (nint)start * TLanes.ElementByteCount;
        var magnitude = TLanes.Magnitude(source + offset, baseSource + offset);
        for (var lane = 0; start + lane < block.Count; lane++)
        {
            var bits = magnitude[lane];
            if (bits > _brackets[input].High)
            {
                candidates.Above++;
            }
            else if (bits >= _brackets[input].Low)
            {
                candidates.Magnitudes[candidates.Count] = bits;
                candidates.Indices[candidates.Count++] = (uint)(block.Place + start + lane);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Append(
        Vector512<uint> magnitude, Vector512<uint> index, Vector512<uint> isInside, uint* magnitudes, uint* indices)
    {
        var inside = (uint)isInside.ExtractMostSignificantBits();
        if (Avx512F.IsSupported)
        {
            // Writes a whole vector; what follows the collected elements is overwritten by the next.
            Avx512F.Compress(Vector512<uint>.Zero, isInside, magnitude).Store(magnitudes);
            Avx512F.Compress(Vector512<uint>.Zero, isInside, index).Store(indices);
            return BitOperations.PopCount(inside);
        }

        var count = 0;
        for (; inside != 0; inside &= inside - 1)
        {
            var lane = BitOperations.TrailingZeroCount(inside);
            magnitudes[count] = magnitude[lane];
            indices[count++] = index[lane];
        }

        return count;
    }
}
