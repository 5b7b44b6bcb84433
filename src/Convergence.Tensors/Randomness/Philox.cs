using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Convergence.Tensors.Randomness;

/// <summary>
/// Philox4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3",
/// SC'11: a keyed bijection of 128-bit counters, so that any element's random number is a function of its index alone.
/// This scalar form is the specification of the vectorised ones.
/// </summary>
/// <remarks>
/// Elements map to counters so that one vector of 16 consecutive counters yields 64 consecutive elements: element i of stream j is word
/// (i >> 4) &amp; 3 of the block whose counter has (i >> 6) * 16 + (i &amp; 15) in words 0 (low) and 1 (high), j in word 2 and 0 in word 3.
/// </remarks>
public static class Philox
{
    /// <summary>The multipliers of words 0 and 2.</summary>
    public const uint Multiplier0 = 0xD2511F53;

    /// <inheritdoc cref="Multiplier0"/>
    public const uint Multiplier1 = 0xCD9E8D57;

    /// <summary>What the key's words grow by each round: the golden ratio and sqrt(3) - 1 as binary fractions.</summary>
    public const uint KeyStep0 = 0x9E3779B9;

    /// <inheritdoc cref="KeyStep0"/>
    public const uint KeyStep1 = 0xBB67AE85;

    /// <summary>Rounds of the bijection.</summary>
    public const int RoundCount = 10;

    /// <summary>The key of one tensor's randomness: the first eight bytes, little-endian, of SHA-256 over the seed and the name.</summary>
    /// <param name="seed">The recipe's seed; hashed as eight little-endian bytes.</param>
    /// <param name="tensorName">The tensor's name; hashed as UTF-8 after the seed.</param>
    public static ulong Key(ulong seed, string tensorName)
    {
        ArgumentNullException.ThrowIfNull(tensorName);
        var input = new byte[sizeof(ulong) + Encoding.UTF8.GetByteCount(tensorName)];
        BinaryPrimitives.WriteUInt64LittleEndian(input, seed);
        Encoding.UTF8.GetBytes(tensorName, input.AsSpan(sizeof(ulong)));
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(input, hash);
        return BinaryPrimitives.ReadUInt64LittleEndian(hash);
    }

    /// <summary>The four random words of one counter.</summary>
    /// <param name="counter">The 128-bit counter.</param>
    /// <param name="key">The 64-bit key, its low half first.</param>
    public static PhiloxWords Block(PhiloxWords counter, ulong key)
    {
        var (x0, x1, x2, x3) = counter;
        var key0 = (uint)key;
        var key1 = (uint)(key >> 32);
        for (var round = 0; round < RoundCount; round++)
        {
            var product0 = (ulong)Multiplier0 * x0;
            var product1 = (ulong)Multiplier1 * x2;
            (x0, x1, x2, x3) = (
                (uint)(product1 >> 32) ^ x1 ^ key0,
                (uint)product1,
                (uint)(product0 >> 32) ^ x3 ^ key1,
                (uint)product0);
            key0 = unchecked(key0 + KeyStep0);
            key1 = unchecked(key1 + KeyStep1);
        }

        return new PhiloxWords(x0, x1, x2, x3);
    }

    /// <summary>The random word of one element.</summary>
    /// <param name="key">See <see cref="Key"/>.</param>
    /// <param name="stream">Which of several independent sequences over the same elements, for example one per model.</param>
    /// <param name="index">The element's index in its whole tensor; not negative.</param>
    public static uint WordAt(ulong key, uint stream, long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        var block = (((ulong)index >> 6) * 16) + ((ulong)index & 15);
        return Block(new PhiloxWords((uint)block, (uint)(block >> 32), stream, 0), key)[(int)(index >> 4) & 3];
    }

    /// <summary>The random number of one element: <see cref="WordAt"/> times 2^-32, uniform on a grid in [0, 1).</summary>
    /// <inheritdoc cref="WordAt"/>
    public static double UniformAt(ulong key, uint stream, long index) => WordAt(key, stream, index) * (1.0 / 4294967296.0);
}
