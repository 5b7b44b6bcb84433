using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Convergence.Merging;

/// <summary>The key of a tensor's random choices: 64 bits of SHA-256 over the seed (little-endian) and the tensor's name (UTF-8).</summary>
internal static class TensorKey
{
    public static ulong Of(ulong seed, string tensorName)
    {
        var bytes = new byte[sizeof(ulong) + Encoding.UTF8.GetByteCount(tensorName)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, seed);
        Encoding.UTF8.GetBytes(tensorName, bytes.AsSpan(sizeof(ulong)));
        return BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(bytes));
    }
}
