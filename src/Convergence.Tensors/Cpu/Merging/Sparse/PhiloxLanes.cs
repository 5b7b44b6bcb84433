using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Convergence.Tensors.Randomness;

namespace Convergence.Tensors.Cpu.Merging.Sparse;

/// <summary>
/// Philox4x32-10 for eight counters at a time, one per 64-bit lane: the lower half of a lane is a word of the state, the upper half is left
/// to whatever the multiplications put there. Gives the words of <see cref="Philox.Block"/> for counters n .. n + 7 of a stream.
/// The first two rounds are taken apart: what they compute from the counter alone is the same for every stream and done once
/// (<see cref="Open"/>), what they compute from the stream alone is the same for every counter and done once (<see cref="StreamStart"/>).
/// </summary>
internal readonly unsafe ref struct PhiloxLanes
{
    /// <summary>Words of round keys.</summary>
    public const int RoundKeyCount = 2 * FinishedRounds;

    private const int WordBits = 32;
    private const int OpenedRounds = 2;
    private const int FinishedRounds = Philox.RoundCount - OpenedRounds;

    // After two rounds: word 0 without the stream's part, word 1, word 2 without the stream's part.
    private readonly Vector512<ulong> _word0;
    private readonly Vector512<ulong> _word1;
    private readonly Vector512<ulong> _word2;

    private PhiloxLanes(Vector512<ulong> word0, Vector512<ulong> word1, Vector512<ulong> word2)
    {
        _word0 = word0;
        _word1 = word1;
        _word2 = word2;
    }

    /// <summary>The parts of a stream's state after two rounds that do not depend on the counter's low word.</summary>
    /// <param name="key">The key.</param>
    /// <param name="stream">Word 2 of the counter.</param>
    /// <param name="counterHigh">Word 1 of the counter.</param>
    public static StreamStart Start(ulong key, uint stream, uint counterHigh)
    {
        var product = (ulong)Philox.Multiplier1 * stream;
        var word0 = (uint)(product >> WordBits) ^ counterHigh ^ (uint)key;
        var second = (ulong)Philox.Multiplier0 * word0;
        return new StreamStart((uint)product, (uint)(second >> WordBits), (uint)second);
    }

    /// <summary>
    /// Does what the first two rounds do with counters whose low words are <paramref name="counterLow"/> and the seven after it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PhiloxLanes Open(ulong key, uint counterLow)
    {
        var counters = Vector512.Create((ulong)counterLow) + Vector512<ulong>.Indices;
        var product0 = Multiply(counters, Philox.Multiplier0);
        var word2 = (product0 >> WordBits) ^ Vector512.Create(key >> WordBits);
        var product1 = Multiply(word2, Philox.Multiplier1);
        var key0 = unchecked((uint)key + Philox.KeyStep0);
        var key1 = unchecked((uint)(key >> WordBits) + Philox.KeyStep1);
        return new PhiloxLanes(
            (product1 >> WordBits) ^ Vector512.Create((ulong)key0), product1, product0 ^ Vector512.Create((ulong)key1));
    }

    /// <summary>Writes the keys of the rounds that Finish does: <see cref="RoundKeyCount"/> words in the lower halves of lanes.</summary>
    public static void WriteRoundKeys(ulong key, ulong* roundKeys)
    {
        for (var round = 0u; round < FinishedRounds; round++)
        {
            roundKeys[2 * round] = unchecked((uint)key + ((round + OpenedRounds) * Philox.KeyStep0));
            roundKeys[(2 * round) + 1] = unchecked((uint)(key >> WordBits) + ((round + OpenedRounds) * Philox.KeyStep1));
        }
    }

    /// <summary>The state of a stream after the opened rounds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PhiloxState Join(in StreamStart start) => new(
        _word0 ^ Vector512.Create((ulong)start.Word0),
        _word1,
        _word2 ^ Vector512.Create((ulong)start.Word2),
        Vector512.Create((ulong)start.Word3));

    /// <summary>
    /// The other eight rounds of four sets of counters at once, whose chains of multiplications hide each other's latency:
    /// four random words per counter, in the lower halves of the lanes.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Finish(
        ref PhiloxState first, ref PhiloxState second, ref PhiloxState third, ref PhiloxState fourth, ulong* roundKeys)
    {
        Round(ref first, ref second, ref third, ref fourth, roundKeys);
        Round(ref first, ref second, ref third, ref fourth, roundKeys + 2);
        Round(ref first, ref second, ref third, ref fourth, roundKeys + 4);
        Round(ref first, ref second, ref third, ref fourth, roundKeys + 6);
        Round(ref first, ref second, ref third, ref fourth, roundKeys + 8);
        Round(ref first, ref second, ref third, ref fourth, roundKeys + 10);
        Round(ref first, ref second, ref third, ref fourth, roundKeys + 12);
        Round(ref first, ref second, ref third, ref fourth, roundKeys + 14);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(
        ref PhiloxState first, ref PhiloxState second, ref PhiloxState third, ref PhiloxState fourth, ulong* roundKeys)
    {
        var key0 = Vector512.Create(roundKeys[0]);
        var key1 = Vector512.Create(roundKeys[1]);
        first = Round(first, key0, key1);
        second = Round(second, key0, key1);
        third = Round(third, key0, key1);
        fourth = Round(fourth, key0, key1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static PhiloxState Round(PhiloxState state, Vector512<ulong> key0, Vector512<ulong> key1)
    {
        var product0 = Multiply(state.Word0, Philox.Multiplier0);
        var product1 = Multiply(state.Word2, Philox.Multiplier1);
        return new PhiloxState(
            (product1 >> WordBits) ^ state.Word1 ^ key0, product1, (product0 >> WordBits) ^ state.Word3 ^ key1, product0);
    }

    // The 64-bit products of the lanes' lower halves.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Multiply(Vector512<ulong> words, uint multiplier)
    {
        if (Avx512F.IsSupported)
        {
            return Avx512F.Multiply(words.AsUInt32(), Vector512.Create((ulong)multiplier).AsUInt32());
        }

        if (Avx2.IsSupported)
        {
            var factor = Vector256.Create((ulong)multiplier).AsUInt32();
            return Vector512.Create(
                Avx2.Multiply(words.GetLower().AsUInt32(), factor), Avx2.Multiply(words.GetUpper().AsUInt32(), factor));
        }

        return (words & Vector512.Create((ulong)uint.MaxValue)) * Vector512.Create((ulong)multiplier);
    }
}
