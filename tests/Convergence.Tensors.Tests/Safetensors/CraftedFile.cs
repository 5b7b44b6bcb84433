using System.Buffers.Binary;
using System.Text;

namespace Convergence.Tensors.Tests.Safetensors;

/// <summary>Safetensors files made by hand, sound or not.</summary>
internal static class CraftedFile
{
    /// <summary>One 2 x 2 F32 tensor named <c>a</c>: 16 bytes.</summary>
    public const string OneTensor = """{"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}}""";

    /// <summary>A length that is true, the header and so many zero bytes of data.</summary>
    public static byte[] With(string header, int dataByteCount) => With(Encoding.UTF8.GetBytes(header), dataByteCount);

    /// <inheritdoc cref="With(string, int)"/>
    public static byte[] With(byte[] header, int dataByteCount) => WithLength((ulong)header.Length, header, dataByteCount);

    /// <summary>As <see cref="With(byte[], int)"/>, with a length that may lie.</summary>
    public static byte[] WithLength(ulong length, byte[] header, int dataByteCount)
    {
        var bytes = new byte[8 + header.Length + dataByteCount];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        header.CopyTo(bytes, 8);
        return bytes;
    }

    /// <summary>One entry of a header.</summary>
    public static string Entry(string name, string dtype, string shape, long begin, long end) =>
        $"\"{name}\":{{\"dtype\":\"{dtype}\",\"shape\":{shape},\"data_offsets\":[{begin},{end}]}}";
}
