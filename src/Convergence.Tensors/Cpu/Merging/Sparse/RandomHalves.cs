using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Convergence.Tensors.Cpu.Merging.Sweeping;
using Convergence.Tensors.Randomness;

namespace Convergence.Tensors.Cpu.Merging.Sparse;

/// <summary>
/// The random numbers of elements, sixteen bits at a time. Element i of stream j has the number U = 2^16 h(0) + h(1), uniform over 32 bits:
/// h(p) is the lower (bit 4 of i clear) or upper half of word (i >> 5) &amp; 3 of the Philox block whose counter has
/// (i >> 7) * 16 + (i &amp; 15) in words 0 (low) and 1 (high), j in word 2 and p in word 3. So sixteen counters yield the upper halves
/// of 128 consecutive elements, and the lower halves, which decide only where the upper one is that of a bound,
/// are drawn for those few alone.
/// </summary>
internal readonly unsafe struct RandomHalves
{
    /// <summary>Bits of a half.</summary>
    public const int HalfBits = 16;

    /// <summary>Words per granule and stream: a word is the halves of two elements.</summary>
    public const int GranuleWordCount = MergeSweep.Granule / 2;

    private const int CounterCount = 16;
    private const int BlockSize = 128;
    private const int BlockWordCount = BlockSize / 2;

    private readonly ulong _key;
    private readonly ulong* _roundKeys;

    /// <param name="key">The Philox key.</param>
    /// <param name="roundKeys">Room for <see cref="PhiloxLanes.RoundKeyCount"/> words that live as long as this.</param>
    public RandomHalves(ulong key, ulong* roundKeys)
    {
        _key = key;
        _roundKeys = roundKeys;
        PhiloxLanes.WriteRoundKeys(key, roundKeys);
    }

    /// <summary>The lower half of an element's number.</summary>
    public static uint LowerOf(ulong key, uint stream, long index)
    {
        var counter = ((ulong)index / BlockSize * CounterCount) + ((ulong)index % CounterCount);
        var word = Philox.Block(new PhiloxWords((uint)counter, (uint)(counter >> 32), stream, 1), key)[(int)(index >> 5) & 3];
        return (index & CounterCount) == 0 ? word & ushort.MaxValue : word >> HalfBits;
    }

    /// <summary>Draws the upper halves of a granule for consecutive streams.</summary>
    /// <param name="index">The granule's first element.</param>
    /// <param name="firstStream">The first stream.</param>
    /// <param name="streamCount">Streams.</param>
    /// <param name="words">
    /// Receives <see cref="GranuleWordCount"/> words per stream. Sixteen words hold 32 elements:
    /// the c-th has element c in its lower and element 16 + c in its upper half, the order of <see cref="MaskBits"/>.
    /// </param>
    public void Draw(long index, int firstStream, int streamCount, uint* words)
    {
        var counter = (ulong)index / BlockSize * CounterCount;
        var opened0 = PhiloxLanes.Open(_key, (uint)counter);
        var opened1 = PhiloxLanes.Open(_key, (uint)counter + 8);
        var opened2 = PhiloxLanes.Open(_key, (uint)counter + 16);
        var opened3 = PhiloxLanes.Open(_key, (uint)counter + 24);
        for (var stream = firstStream; stream < firstStream + streamCount; stream++)
        {
            var start = PhiloxLanes.Start(_key, (uint)stream, (uint)(counter >> 32));
            var words0 = opened0.Join(start);
            var words1 = opened1.Join(start);
            var words2 = opened2.Join(start);
            var words3 = opened3.Join(start);
            PhiloxLanes.Finish(ref words0, ref words1, ref words2, ref words3, _roundKeys);
            Store(words0, words1, words);
            Store(words2, words3, words + BlockWordCount);
            words += GranuleWordCount;
        }
    }

    // The words of counters 0 .. 7 and 8 .. 15.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(PhiloxState lower, PhiloxState upper, uint* words)
    {
        Join(lower.Word0, upper.Word0).Store(words);
        Join(lower.Word1, upper.Word1).Store(words + CounterCount);
        Join(lower.Word2, upper.Word2).Store(words + (2 * CounterCount));
        Join(lower.Word3, upper.Word3).Store(words + (3 * CounterCount));
    }

    // Words stand in the lower halves of their lanes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Join(Vector512<ulong> lower, Vector512<ulong> upper) => Avx512F.IsSupported
        ? Avx512F.PermuteVar16x32x2(lower.AsUInt32(), Vector512<uint>.Indices * 2, upper.AsUInt32())
        : Vector512.Narrow(lower, upper);
}
