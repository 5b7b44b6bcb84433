using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Convergence.Tensors.Safetensors;

/// <summary>
/// Where everything of a safetensors file will lie, known before the first tensor is. Tensors are ordered by element size,
/// largest first, then by name (ordinal), and the header is padded, so that every tensor is aligned;
/// equal descriptions and metadata give equal layouts. Immutable.
/// </summary>
public sealed class SafetensorsLayout
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly byte[] _header;

    private SafetensorsLayout(byte[] header, ImmutableArray<TensorDescription> tensors)
    {
        _header = header;
        Tensors = tensors;
        ByteCount = checked(header.Length + tensors.Sum(tensor => tensor.ByteCount));
    }

    /// <summary>What stands before the data: the length, the JSON and its padding.</summary>
    public ReadOnlySpan<byte> Header => _header;

    /// <summary>The tensors in the order of their bytes, without holes, the first right after <see cref="Header"/>.</summary>
    public ImmutableArray<TensorDescription> Tensors { get; }

    /// <summary>The size of the whole file.</summary>
    public long ByteCount { get; }

    /// <summary>Lays a file out.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="tensors">What it will hold; names must differ.</param>
    /// <param name="metadata">Free-form strings for the header; none by default.</param>
    /// <exception cref="SafetensorsException">The header would be larger than readers accept.</exception>
    /// <exception cref="ArgumentException">A name is reserved or not valid Unicode.</exception>
    public static SafetensorsLayout Of(
        string path, IEnumerable<TensorDescription> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        ImmutableArray<TensorDescription> ordered =
            [.. tensors.OrderByDescending(tensor => tensor.DType.ByteCount()).ThenBy(tensor => tensor.Name, StringComparer.Ordinal)];
        return new SafetensorsLayout(BuildHeader(path, ordered, metadata), ordered);
    }

    private static byte[] BuildHeader(
        string path, ImmutableArray<TensorDescription> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        using var buffer = new MemoryStream();
        buffer.Write(new byte[SafetensorsFormat.LengthByteCount]);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            WriteMetadata(json, metadata);
            long position = 0;
            foreach (var tensor in tensors)
            {
                WriteEntry(json, tensor, position);
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
                $"would need a header of {byteCount} bytes; readers accept {SafetensorsFormat.MaxHeaderByteCount}. "
                + "Write fewer or shorter names.");
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

    private static void WriteEntry(Utf8JsonWriter json, TensorDescription tensor, long begin)
    {
        if (tensor.Name == SafetensorsFormat.MetadataKey)
        {
            throw new ArgumentException($"No tensor can be named \"{tensor.Name}\": the format reserves it.", nameof(tensor));
        }

        json.WriteStartObject(CheckUnicode(tensor.Name));
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
}
