using System.Buffers.Binary;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Convergence.Tensors.Files;

namespace Convergence.Tensors.Safetensors;

/// <summary>
/// Writes safetensors files atomically and deterministically: equal tensors and metadata give equal bytes. Tensors are ordered by
/// element size, largest first, then by name (ordinal), and the header is padded, so that every tensor of a fresh file is aligned.
/// </summary>
public static class SafetensorsWriter
{
    // Large enough that the cost of a call does not show, small enough to stay out of the way of other writers.
    private const int ChunkByteCount = 8 << 20;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Writes all tensors of a source.</summary>
    /// <param name="path">The file; replaced only once the new one is complete. Its directory must exist.</param>
    /// <param name="tensors">Host tensors of any element type; their bytes are written as they are.</param>
    /// <param name="metadata">Free-form strings for the header, for example <c>format: pt</c>; none by default.</param>
    /// <exception cref="SafetensorsException">The header would be larger than readers accept.</exception>
    /// <exception cref="ConvergenceException">The disk is full, or the file cannot be written; nothing is left behind.</exception>
    /// <exception cref="ArgumentException">A tensor is not in host memory, or a name is reserved or not valid Unicode.</exception>
    public static void Write(string path, ITensorSource tensors, IReadOnlyDictionary<string, string>? metadata = null) =>
        Write(path, tensors, metadata, stream => stream);

    /// <summary>As the public method, with the disk's stream wrapped: how tests make a disk fail.</summary>
    internal static void Write(
        string path, ITensorSource tensors, IReadOnlyDictionary<string, string>? metadata, Func<Stream, Stream> wrap)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(tensors);
        var ordered = Order(tensors);
        var header = BuildHeader(path, ordered, metadata);
        var byteCount = checked(header.Length + ordered.Sum(item => item.Tensor.ByteCount));
        AtomicFile.Write(
            path,
            byteCount,
            stream =>
            {
                stream.Write(header);
                foreach (var (_, tensor) in ordered)
                {
                    Copy(tensor, stream);
                }
            },
            wrap);
    }

    private static List<(string Name, HostTensor Tensor)> Order(ITensorSource source)
    {
        var items = new List<(string Name, HostTensor Tensor)>(source.Names.Count);
        foreach (var name in source.Names)
        {
            if (!source.TryGet(name, out var tensor) || tensor is not HostTensor host)
            {
                throw new ArgumentException($"Tensor \"{name}\" is not in host memory; read it back from its device first.", nameof(source));
            }

            if (name == SafetensorsFormat.MetadataKey)
            {
                throw new ArgumentException($"No tensor can be named \"{name}\": the format reserves it.", nameof(source));
            }

            items.Add((name, host));
        }

        items.Sort(static (a, b) =>
        {
            var bySize = b.Tensor.DType.ByteCount().CompareTo(a.Tensor.DType.ByteCount());
            return bySize != 0 ? bySize : string.CompareOrdinal(a.Name, b.Name);
        });
        return items;
    }

    /// <summary>The length, the JSON and its padding.</summary>
    private static byte[] BuildHeader(
        string path, List<(string Name, HostTensor Tensor)> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        using var buffer = new MemoryStream();
        buffer.Write(new byte[SafetensorsFormat.LengthByteCount]);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            WriteMetadata(json, metadata);
            long position = 0;
            foreach (var (name, tensor) in tensors)
            {
                WriteEntry(json, name, tensor, position);
                position = checked(position + tensor.ByteCount);
            }

            json.WriteEndObject();
        }

        while (buffer.Length % SafetensorsFormat.HeaderAlignment != 0)
        {
            buffer.WriteByte((byte)' ');
        }

        var header = buffer.ToArray();
        var byteCount = header.Length - SafetensorsFormat.LengthByteCount;
        if (byteCount > SafetensorsFormat.MaxHeaderByteCount)
        {
            throw new SafetensorsException(
                SafetensorsError.HeaderTooLarge,
                path,
                $"would need a header of {byteCount} bytes; readers accept {SafetensorsFormat.MaxHeaderByteCount}. Write fewer or shorter names.");
        }

        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)byteCount);
        return header;
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string>? metadata)
    {
        if (metadata is not { Count: > 0 })
        {
            return;
        }

        json.WriteStartObject(SafetensorsFormat.MetadataKey);
        foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            json.WriteString(CheckUnicode(key), CheckUnicode(value));
        }

        json.WriteEndObject();
    }

    private static void WriteEntry(Utf8JsonWriter json, string name, HostTensor tensor, long begin)
    {
        json.WriteStartObject(CheckUnicode(name));
        json.WriteString("dtype", tensor.DType.SafetensorsName());
        json.WriteStartArray("shape");
        foreach (var extent in tensor.Shape.Extents)
        {
            json.WriteNumberValue(extent);
        }

        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(begin);
        json.WriteNumberValue(checked(begin + tensor.ByteCount));
        json.WriteEndArray();
        json.WriteEndObject();
    }

    // The JSON writer would replace half a surrogate pair, and two different names could become one.
    private static string CheckUnicode(string text)
    {
        _ = StrictUtf8.GetByteCount(text);
        return text;
    }

    private static void Copy(HostTensor tensor, Stream stream)
    {
        for (long offset = 0; offset < tensor.ByteCount; offset += ChunkByteCount)
        {
            stream.Write(tensor.Bytes(offset, ChunkByteCount));
        }

        GC.KeepAlive(tensor);
    }
}
