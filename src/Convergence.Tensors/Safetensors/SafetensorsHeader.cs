using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Unicode;

namespace Convergence.Tensors.Safetensors;

/// <summary>A header that passed every check of the format.</summary>
/// <param name="Entries">The tensors in the order of their bytes.</param>
/// <param name="Metadata">The free-form strings.</param>
/// <param name="DataStart">Where the data begins in the file: after the length and the header.</param>
internal sealed record SafetensorsHeader(
    IReadOnlyList<TensorEntry> Entries, FrozenDictionary<string, string> Metadata, long DataStart)
{
    private const string Incomplete = "The file is damaged or not a safetensors file: download or export it again.";

    // "version ", with which the text of a pointer begins, read as a length.
    private const ulong LfsPointerStart = 0x206E6F6973726576;

    /// <summary>The header's byte count from the first eight bytes of a file, checked against the cap and the file.</summary>
    /// <exception cref="SafetensorsException">The length cannot be right.</exception>
    public static int CheckLength(string path, ulong headerByteCount, long fileByteCount)
    {
        if (headerByteCount == 0)
        {
            throw new SafetensorsException(SafetensorsError.HeaderEmpty, path, $"says that its header has 0 bytes. {Incomplete}");
        }

        if (headerByteCount == LfsPointerStart)
        {
            throw new SafetensorsException(
                SafetensorsError.HeaderTooLarge,
                path,
                "is a pointer of Git LFS, not the weights it stands for. "
                    + "Run \"git lfs pull\" in the model's directory, or download the file.");
        }

        if (headerByteCount > SafetensorsFormat.MaxHeaderByteCount)
        {
            throw new SafetensorsException(
                SafetensorsError.HeaderTooLarge,
                path,
                $"says that its header has {headerByteCount} bytes; at most {SafetensorsFormat.MaxHeaderByteCount} are read. {Incomplete}");
        }

        var available = fileByteCount - SafetensorsFormat.LengthByteCount;
        if ((long)headerByteCount > available)
        {
            throw new SafetensorsException(
                SafetensorsError.HeaderBeyondFile,
                path,
                $"says that its header has {headerByteCount} bytes, but only {available} follow the length. {Incomplete}");
        }

        return (int)headerByteCount;
    }

    /// <summary>Parses and checks a header against the size of its file. Reads nothing but <paramref name="header"/>.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="header">The header's bytes, without the length before them.</param>
    /// <param name="fileByteCount">The size of the whole file.</param>
    /// <exception cref="SafetensorsException">Any rule of the format is broken.</exception>
    public static SafetensorsHeader Parse(string path, ReadOnlySpan<byte> header, long fileByteCount)
    {
        if (!Utf8.IsValid(header))
        {
            throw new SafetensorsException(SafetensorsError.HeaderNotUtf8, path, $"its header is not valid UTF-8. {Incomplete}");
        }

        if (header.IsEmpty || header[0] != (byte)'{')
        {
            throw new SafetensorsException(
                SafetensorsError.HeaderNotObject, path, $"its header does not begin with {{. {Incomplete}");
        }

        try
        {
            var (entries, metadata) = new HeaderReader(path).Read(header);
            var dataStart = SafetensorsFormat.LengthByteCount + (long)header.Length;
            HeaderLayout.Check(path, entries, fileByteCount - dataStart);
            return new SafetensorsHeader(entries, metadata.ToFrozenDictionary(StringComparer.Ordinal), dataStart);
        }
        catch (JsonException exception)
        {
            throw new SafetensorsException(
                SafetensorsError.HeaderNotJson, path, $"its header is not valid JSON: {exception.Message} {Incomplete}", exception);
        }
    }
}
