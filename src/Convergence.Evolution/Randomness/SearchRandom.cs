using System.Numerics;

namespace Convergence.Evolution.Randomness;

/// <summary>
/// xoshiro256** (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021), seeded by SplitMix64. It is a
/// <see cref="Random"/>, so that MathNet's distributions draw from it, whose state can be saved and restored. Not thread-safe.
/// </summary>
public sealed class SearchRandom : Random
{
    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;

    /// <param name="seed">Any value; equal seeds give equal sequences on every platform.</param>
    public SearchRandom(ulong seed)
#pragma warning disable RS0030 // The base class must be constructed; none of its own generator is used.
        : base(0)
#pragma warning restore RS0030
    {
        _s0 = SplitMix64(ref seed);
        _s1 = SplitMix64(ref seed);
        _s2 = SplitMix64(ref seed);
        _s3 = SplitMix64(ref seed);
    }

    /// <summary>Continues from a saved state.</summary>
    public SearchRandom(SearchRandomState state)
        : this(0UL)
    {
        if (state is { S0: 0, S1: 0, S2: 0, S3: 0 })
        {
            throw new ArgumentException("The all-zero state is not a state of this generator.", nameof(state));
        }

        (_s0, _s1, _s2, _s3) = (state.S0, state.S1, state.S2, state.S3);
    }

    public SearchRandomState Save() => new(_s0, _s1, _s2, _s3);

    /// <summary>64 uniform bits.</summary>
    public ulong NextUInt64()
    {
        var result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        var shifted = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= shifted;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>True with the given probability.</summary>
    public bool NextBoolean(double probability) => NextDouble() < probability;

    /// <summary>Uniform in [0, 1), 53 bits.</summary>
    public override double NextDouble() => Sample();

    public override int Next() => Next(int.MaxValue);

    public override int Next(int maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxValue);

        // The high half of a 64 x 64 bit product is uniform to within 2^-33 for any int range.
        return (int)Math.BigMul(NextUInt64(), (ulong)maxValue, out _);
    }

    public override int Next(int minValue, int maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minValue, maxValue);
        return (int)(minValue + (long)Math.BigMul(NextUInt64(), (ulong)((long)maxValue - minValue), out _));
    }

    public override void NextBytes(byte[] buffer) => NextBytes(buffer.AsSpan());

    public override void NextBytes(Span<byte> buffer)
    {
        for (var index = 0; index < buffer.Length; index++)
        {
            buffer[index] = (byte)(NextUInt64() >> 56);
        }
    }

    protected override double Sample() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    private static ulong SplitMix64(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        var mixed = state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
