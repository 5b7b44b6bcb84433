using System.Numerics;
using System.Runtime.InteropServices;

namespace Convergence.Merging;

/// <summary>CRC-32C (Castagnoli), which processors compute: it tells a sound file from a damaged one, not from a forged one.</summary>
internal static class Checksum
{
    /// <summary>Continues a checksum; begin with 0.</summary>
    public static uint Append(uint checksum, ReadOnlySpan<byte> bytes)
    {
        var state = ~checksum;
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words)
        {
            state = BitOperations.Crc32C(state, word);
        }

        foreach (var rest in bytes[(words.Length * sizeof(ulong))..])
        {
            state = BitOperations.Crc32C(state, rest);
        }

        return ~state;
    }
}
