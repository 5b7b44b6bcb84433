using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Cpu.Merging.Sweeping;

namespace Convergence.Tensors.Cpu.Merging.Selection;

/// <summary>
/// Counts the magnitudes above a bracket and at its two ends, and collects those inside with their indices, for all inputs in one pass.
/// </summary>
/// <param name="brackets">As many of each input, one input's after another's.</param>
/// <param name="cutsPerInput">How many.</param>
/// <param name="store">Receives counts and candidates.</param>
internal readonly unsafe struct MagnitudeCollectKernel(Bracket[] brackets, int cutsPerInput, CandidateStore store) : IBlockKernel
{
    // A turn's three counts fit into the ten bits each that a lane and their sum have for them.
    private const int TurnSize = 512;
    private const int FieldBits = 10;
    private const uint FieldMask = (1 << FieldBits) - 1;

    private readonly Bracket[] _brackets = brackets;
    private readonly int _cutsPerInput = cutsPerInput;
    private readonly CandidateStore _store = store;

    public void Run<TLanes>(byte** tensors, Block block) where TLanes : struct, ILanes
    {
        // In turns short enough that the memory keeps fetching all tensors at once, and that magnitudes stay at hand for every bracket of
        // an input.
        var magnitudes = stackalloc uint[TurnSize];
        for (var start = 0; start < block.Count; start += TurnSize)
        {
            var count = Math.Min(TurnSize, block.Count - start);
            var turn = new Block(block.Place + start, block.Index + start, count, count, block.Worker);
            var offset = (nint)start * TLanes.ElementByteCount;
            for (var place = 0; place < _brackets.Length;)
            {
                var input = place / _cutsPerInput;
                Read<TLanes>(tensors[input + 1] + offset, tensors[0] + offset, count, magnitudes);
                for (var end = place + _cutsPerInput; place < end; place++)
                {
                    if (!_brackets[place].IsEmpty)
                    {
                        Collect(magnitudes, turn, place);
                    }
                }
            }
        }
    }

    private static void Read<TLanes>(byte* source, byte* baseSource, int count, uint* magnitudes) where TLanes : struct, ILanes
    {
        for (nint i = 0; i < count; i += ILanes.Count)
        {
            var offset = i * TLanes.ElementByteCount;
            if (Sse.IsSupported)
            {
                // What this input's next turn reads: by then it is out of the sight of the processor's own prefetching.
                Sse.Prefetch0(source + offset + (TurnSize * TLanes.ElementByteCount));
                Sse.Prefetch0(baseSource + offset + (TurnSize * TLanes.ElementByteCount));
            }

            TLanes.Magnitude(source + offset, baseSource + offset).Store(magnitudes + i);
        }
    }

    private void Collect(uint* values, Block block, int input)
    {
        ref var candidates = ref _store.Of(block.Worker, input);
        if (!candidates.HasRoomFor(block.Count + ILanes.Count))
        {
            candidates.Overflowed = true;
            return;
        }

        var bracket = _brackets[input];
        var high = Vector512.Create(bracket.High).AsInt32();
        var low = Vector512.Create(bracket.LowAlone).AsInt32();
        var innerLow = Vector512.Create(bracket.InnerLow);
        var innerWidth = Vector512.Create(bracket.InnerWidth);
        var isOneAbove = Vector512.Create(1u);
        var isOneHigh = Vector512.Create(1u << FieldBits);
        var isOneLow = Vector512.Create(1u << (2 * FieldBits));
        var tally = Vector512<uint>.Zero;
        var magnitudes = candidates.Magnitudes + candidates.Count;
        var indices = candidates.Indices + candidates.Count;
        nint count = 0;
        var index = Vector512.Create((uint)block.Place) + Vector512<uint>.Indices;
        nint whole = block.Count / ILanes.Count * ILanes.Count;
        for (nint i = 0; i < whole; i += ILanes.Count)
        {
            var magnitude = Vector512.Load(values + i);
            var signed = magnitude.AsInt32();
            tally = Vector512.ConditionalSelect(Vector512.GreaterThan(signed, high).AsUInt32(), tally + isOneAbove, tally);
            tally = Vector512.ConditionalSelect(Vector512.Equals(signed, high).AsUInt32(), tally + isOneHigh, tally);
            tally = Vector512.ConditionalSelect(Vector512.Equals(signed, low).AsUInt32(), tally + isOneLow, tally);

            // What lies below wraps round to more than the width. Where collecting is a few instructions, asking whether there is anything
            // to collect costs more: about a third of the vectors hold a candidate, and no processor guesses which.
            var isInside = Vector512.LessThanOrEqual(magnitude - innerLow, innerWidth);
            if (Avx512F.IsSupported || isInside != Vector512<uint>.Zero)
            {
                count += Append(magnitude, index, isInside, magnitudes + count, indices + count);
            }

            index += Vector512.Create((uint)ILanes.Count);
        }

        candidates.Count += count;
        Count(Vector512.Sum(tally), block, input, ref candidates);
        if (whole < block.Count)
        {
            CollectRest(Vector512.Load(values + whole), block, (int)whole, input, ref candidates);
        }
    }

    private void Count(uint tally, Block block, int input, ref Candidates candidates)
    {
        candidates.Above += tally & FieldMask;
        _store.Ends.High(input, block) += (int)((tally >> FieldBits) & FieldMask);
        _store.Ends.Low(input, block) += (int)(tally >> (2 * FieldBits));
    }

    // The last elements, which share their vector with padding.
    private void CollectRest(Vector512<uint> magnitude, Block block, int start, int input, ref Candidates candidates)
    {
        var bracket = _brackets[input];
        for (var lane = 0; start + lane < block.Count; lane++)
        {
            var bits = magnitude[lane];
            if (bits >= bracket.High)
            {
                Count(bits == bracket.High ? 1u << FieldBits : 1, block, input, ref candidates);
            }
            else if (bits == bracket.Low)
            {
                Count(1u << (2 * FieldBits), block, input, ref candidates);
            }
            else if (bits > bracket.Low)
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
