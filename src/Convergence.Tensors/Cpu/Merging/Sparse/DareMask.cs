using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Cpu.Merging.Sweeping;
using Convergence.Tensors.Memory;

namespace Convergence.Tensors.Cpu.Merging.Sparse;

/// <summary>
/// DARE's masks: an element is dropped when its number (<see cref="RandomHalves"/>) is below 2^32 - floor(density * 2^32).
/// </summary>
internal readonly unsafe ref struct DareMask
{
    private const int Alignment = NativeBlock.Alignment;
    private const ulong NumberCount = 1UL << (2 * RandomHalves.HalfBits);

    private readonly ulong[] _bounds;
    private readonly ulong _key;
    private readonly RandomHalves _halves;
    private readonly uint* _words;

    /// <param name="key">The key of the masks.</param>
    /// <param name="bounds">Per input: see <see cref="BoundOf"/>.</param>
    /// <param name="memory"><see cref="ByteCount"/> bytes that live as long as this.</param>
    public DareMask(ulong key, ulong[] bounds, byte* memory)
    {
        _key = key;
        _bounds = bounds;
        _words = (uint*)(((nuint)memory + Alignment - 1) / Alignment * Alignment);
        _halves = new RandomHalves(key, (ulong*)(_words + (bounds.Length * RandomHalves.GranuleWordCount)));
    }

    /// <summary>Below what numbers elements are dropped.</summary>
    public static ulong BoundOf(double density) => density >= 1 ? 0 : NumberCount - (ulong)(density * NumberCount);

    /// <summary>Bytes of working memory for so many inputs.</summary>
    public static int ByteCount(int inputCount) =>
        (inputCount * RandomHalves.GranuleWordCount * sizeof(uint)) + (PhiloxLanes.RoundKeyCount * sizeof(ulong)) + Alignment;

    /// <summary>Draws for the granule that begins at an index of the whole tensor.</summary>
    /// <param name="index">The index.</param>
    /// <param name="bits">Receives the granule's mask of every input: see <see cref="MaskBits"/>.</param>
    /// <param name="stride">Words from one input's mask to the next one's.</param>
    public void Draw(long index, uint* bits, nint stride)
    {
        DrawNumbers(index);
        Compare(_bounds, index, bits, stride);
    }

    /// <summary>Draws the numbers of the granule that begins at an index of the whole tensor.</summary>
    public void DrawNumbers(long index) => _halves.Draw(index, 0, _bounds.Length, _words);

    /// <summary>Makes masks of the numbers that were drawn last.</summary>
    /// <param name="bounds">Per input: see <see cref="BoundOf"/>.</param>
    /// <param name="index">The granule's first element.</param>
    /// <param name="bits">As for <see cref="Draw"/>.</param>
    /// <param name="stride">As for <see cref="Draw"/>.</param>
    public void Compare(ulong[] bounds, long index, uint* bits, nint stride)
    {
        for (var input = 0; input < bounds.Length; input++)
        {
            var least = Vector512.Create((ushort)(bounds[input] >> RandomHalves.HalfBits));
            var words = _words + (input * RandomHalves.GranuleWordCount);

            // The half that drops everything, 2^16, wraps to 0, which would keep everything.
            var possible = bounds[input] == NumberCount ? 0 : uint.MaxValue;
            for (var word = 0; word < MergeSweep.Granule / MaskBits.WordSize; word++)
            {
                var halves = Vector512.Load(words + (word * ILanes.Count)).AsUInt16();
                var kept = MaskBits.WordOf(Vector512.GreaterThanOrEqual(halves, least));
                var open = MaskBits.WordOf(Vector512.Equals(halves, least));
                bits[word] = possible & (open == 0 ? kept : Settle(kept, open, index + (word * MaskBits.WordSize), input, bounds[input]));
            }

            bits += stride;
        }
    }

    // Where the upper half of a number equals the bound's, the lower half decides.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private uint Settle(uint kept, uint open, long index, int input, ulong bound)
    {
        bound &= ushort.MaxValue;
        for (; open != 0; open &= open - 1)
        {
            var bit = BitOperations.TrailingZeroCount(open);
            if (RandomHalves.LowerOf(_key, (uint)input, index + MaskBits.ElementOf(bit)) < bound)
            {
                kept &= ~(1u << bit);
            }
        }

        return kept;
    }
}
