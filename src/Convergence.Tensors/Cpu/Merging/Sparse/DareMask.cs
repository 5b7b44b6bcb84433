using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Convergence.Tensors.Cpu.Merging.Sweeping;
using Convergence.Tensors.Memory;
using Convergence.Tensors.Randomness;

namespace Convergence.Tensors.Cpu.Merging.Sparse;

/// <summary>
/// DARE's masks. Element i of input j is dropped when its number U, uniform over 32 bits, is below 2^32 - floor(density * 2^32). U is made of
/// two halves, U = 2^16 h(0) + h(1): h(p) is the lower (bit 4 of i clear) or upper half of word (i >> 5) &amp; 3 of the Philox block whose
/// counter has (i >> 7) * 16 + (i &amp; 15) in words 0 (low) and 1 (high), j in word 2 and p in word 3. So sixteen counters yield the upper
/// halves of 128 consecutive elements, and the lower halves, which decide only where the upper one equals the bound's, are drawn for
/// those few alone.
/// </summary>
internal readonly unsafe ref struct DareMask
{
    private const int CounterCount = 16;
    private const int BlockSize = 128;
    private const int HalfBits = 16;
    private const int Alignment = NativeBlock.Alignment;
    private const ulong NumberCount = 1UL << (2 * HalfBits);

    private readonly ulong[] _bounds;
    private readonly ulong _key;
    private readonly ulong* _roundKeys;
    private readonly int* _numbers;
    private readonly int* _upperHalves;

    /// <param name="key">The key of the masks.</param>
    /// <param name="bounds">Per input: see <see cref="BoundOf"/>.</param>
    /// <param name="memory"><see cref="ByteCount"/> bytes that live as long as this.</param>
    public DareMask(ulong key, ulong[] bounds, byte* memory)
    {
        _key = key;
        _bounds = bounds;
        _numbers = (int*)(((nuint)memory + Alignment - 1) / Alignment * Alignment);
        _roundKeys = (ulong*)(_numbers + (bounds.Length * MergeSweep.Granule));
        PhiloxLanes.WriteRoundKeys(key, _roundKeys);
        _upperHalves = (int*)(_roundKeys + PhiloxLanes.RoundKeyCount);
        for (var input = 0; input < bounds.Length; input++)
        {
            _upperHalves[input] = (int)(bounds[input] >> HalfBits);
        }
    }

    /// <summary>Below what numbers elements are dropped.</summary>
    public static ulong BoundOf(double density) => density >= 1 ? 0 : NumberCount - (ulong)(density * NumberCount);

    /// <summary>Bytes of working memory for so many inputs.</summary>
    public static int ByteCount(int inputCount) => (inputCount * (MergeSweep.Granule + 1) * sizeof(int)) + (PhiloxLanes.RoundKeyCount * sizeof(ulong)) + Alignment;

    /// <summary>Draws for the granule that begins at an index of the whole tensor.</summary>
    public void Draw(long index)
    {
        var counter = (ulong)index / BlockSize * CounterCount;
        var opened0 = PhiloxLanes.Open(_key, (uint)counter);
        var opened1 = PhiloxLanes.Open(_key, (uint)counter + 8);
        var opened2 = PhiloxLanes.Open(_key, (uint)counter + 16);
        var opened3 = PhiloxLanes.Open(_key, (uint)counter + 24);
        for (var input = 0; input < _bounds.Length; input++)
        {
            var start = PhiloxLanes.Start(_key, (uint)input, (uint)(counter >> 32));
            var words0 = opened0.Join(start);
            var words1 = opened1.Join(start);
            var words2 = opened2.Join(start);
            var words3 = opened3.Join(start);
            PhiloxLanes.Finish(ref words0, ref words1, ref words2, ref words3, _roundKeys);
            Split(words0, words1, counter, input, 0);
            Split(words2, words3, counter + CounterCount, input, BlockSize);
        }
    }

    /// <summary>Sixteen values of the last drawn granule: an element stays when its value is at least <see cref="Least"/>.</summary>
    /// <param name="input">The input.</param>
    /// <param name="place">The first of the elements, counted in the granule.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<int> Values(nint input, nint place) => Vector512.Load(_numbers + (input * MergeSweep.Granule) + place);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<int> Least(nint input) => Vector512.Create(_upperHalves[input]);

    // The words of counters 0 .. 7 and 8 .. 15, which stand in the lower halves of their lanes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Join(Vector512<ulong> lower, Vector512<ulong> upper) => Avx512F.IsSupported
        ? Avx512F.PermuteVar16x32x2(lower.AsUInt32(), Vector512<uint>.Indices * 2, upper.AsUInt32())
        : Vector512.Narrow(lower, upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Split(PhiloxState lower, PhiloxState upper, ulong counter, int input, int place)
    {
        var numbers = _numbers + (input * MergeSweep.Granule) + place;
        Split(Join(lower.Word0, upper.Word0), counter, input, 0, numbers);
        Split(Join(lower.Word1, upper.Word1), counter, input, 1, numbers + (2 * CounterCount));
        Split(Join(lower.Word2, upper.Word2), counter, input, 2, numbers + (4 * CounterCount));
        Split(Join(lower.Word3, upper.Word3), counter, input, 3, numbers + (6 * CounterCount));
    }

    // Stores the halves of sixteen words in the order of their elements.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Split(Vector512<uint> words, ulong counter, int input, int word, int* numbers)
    {
        (words & Vector512.Create((uint)ushort.MaxValue)).AsInt32().Store(numbers);
        (words >> HalfBits).AsInt32().Store(numbers + CounterCount);

        // 2^16, the half that drops everything, wraps to 0; what is then settled in vain stays as it is.
        if (Vector512.EqualsAny(words.AsUInt16(), Vector512.Create((ushort)_upperHalves[input])))
        {
            Settle(numbers, counter, input, word);
        }
    }

    // Where the upper half of a number equals the bound's, the lower half decides: a number that is below the bound becomes -1.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Settle(int* numbers, ulong counter, int input, int word)
    {
        var bound = _bounds[input];
        for (var place = 0; place < 2 * CounterCount; place++)
        {
            if (numbers[place] == _upperHalves[input])
            {
                var block = counter + (uint)(place % CounterCount);
                var lower = Philox.Block(new PhiloxWords((uint)block, (uint)(block >> 32), (uint)input, 1), _key)[word];
                var half = place < CounterCount ? lower & ushort.MaxValue : lower >> HalfBits;
                numbers[place] = half < (bound & ushort.MaxValue) ? -1 : numbers[place];
            }
        }
    }
}
