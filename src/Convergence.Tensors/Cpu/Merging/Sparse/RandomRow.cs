using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;

namespace Convergence.Tensors.Cpu.Merging.Sparse;

/// <summary>The random words of consecutive elements: <see cref="Randomness.Philox.WordAt"/> for many.</summary>
internal static unsafe class RandomRow
{
    /// <summary>Elements whose words are drawn together.</summary>
    public const int BatchSize = 64;

    /// <summary>Draws whole batches; the first element's word is at its index modulo <see cref="BatchSize"/>.</summary>
    /// <param name="key">The key.</param>
    /// <param name="stream">Which sequence.</param>
    /// <param name="index">The first element.</param>
    /// <param name="count">Elements.</param>
    /// <param name="words">Has room for <paramref name="count"/> and two batches.</param>
    public static void Draw(ulong key, uint stream, long index, int count, uint* words)
    {
        // Sixteen counters serve a batch.
        for (var batch = index / BatchSize; batch * BatchSize < index + count; batch++)
        {
            var counter = (ulong)batch * (ulong)ILanes.Count;
            var start = PhiloxLanes.Start(key, stream, (uint)(counter >> 32));
            PhiloxLanes.Open(key, (uint)counter).Finish(start, key, out var word0, out var word2, out var word4, out var word6);
            PhiloxLanes.Open(key, (uint)counter + (uint)Vector512<ulong>.Count)
                .Finish(start, key, out var word1, out var word3, out var word5, out var word7);
            Vector512.Narrow(word0, word1).Store(words);
            Vector512.Narrow(word2, word3).Store(words + ILanes.Count);
            Vector512.Narrow(word4, word5).Store(words + (2 * ILanes.Count));
            Vector512.Narrow(word6, word7).Store(words + (3 * ILanes.Count));
            words += BatchSize;
        }
    }
}
