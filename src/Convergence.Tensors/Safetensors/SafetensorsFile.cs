using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Convergence.Foundation.Files;
using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Safetensors;

/// <summary>
/// One safetensors file, memory-mapped. Every check of the format is done by <see cref="Open"/>, before any tensor can be asked for;
/// the content is not checked (NaN is allowed). Tensors are views of the file, not to be written to, and valid until this is disposed.
/// Safe for concurrent reading.
/// </summary>
public sealed unsafe class SafetensorsFile : ITensorSource, IDisposable
{
    private readonly MappedFile _mapped;
    private readonly FrozenDictionary<string, HostTensor> _tensors;
    private bool _disposed;

    private SafetensorsFile(string path, MappedFile mapped, SafetensorsHeader header)
    {
        Path = path;
        Metadata = header.Metadata;
        _mapped = mapped;
        var tensors = new Dictionary<string, HostTensor>(header.Entries.Count, StringComparer.Ordinal);
        foreach (var entry in header.Entries)
        {
            var pointer = mapped.Pointer + header.DataStart + entry.Begin;
            tensors.Add(entry.Name, HostTensor.View(entry.DType, entry.Shape, pointer, mapped));
        }

        _tensors = tensors.ToFrozenDictionary(StringComparer.Ordinal);
        Names = [.. tensors.Keys.Order(StringComparer.Ordinal)];
    }

    /// <summary>The full path.</summary>
    public string Path { get; }

    /// <summary>The size of the file.</summary>
    public long ByteCount => _mapped.ByteCount;

    /// <summary>The header's free-form strings; empty where it has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Maps a file and checks all of its header.</summary>
    /// <exception cref="SafetensorsException">The file is missing, unreadable or breaks the format.</exception>
    public static SafetensorsFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var fullPath = System.IO.Path.GetFullPath(path);
        var mapped = Map(fullPath);
        try
        {
            var length = BinaryPrimitives.ReadUInt64LittleEndian(mapped.Span(0, SafetensorsFormat.LengthByteCount));
            var headerByteCount = SafetensorsHeader.CheckLength(fullPath, length, mapped.ByteCount);
            var bytes = mapped.Span(SafetensorsFormat.LengthByteCount, headerByteCount);
            return new SafetensorsFile(fullPath, mapped, SafetensorsHeader.Parse(fullPath, bytes, mapped.ByteCount));
        }
        catch
        {
            mapped.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public bool TryGet(string name, [NotNullWhen(true)] out DeviceTensor? tensor)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var found = _tensors.TryGetValue(name, out var view);
        tensor = view;
        return found;
    }

    /// <summary>The file's raw bytes from <paramref name="offset"/>, at most <paramref name="maxByteCount"/> of them.</summary>
    internal ReadOnlySpan<byte> Bytes(long offset, int maxByteCount) =>
        _mapped.Span(offset, (int)Math.Min(maxByteCount, ByteCount - offset));

    /// <summary>Unmaps the file; its tensors can no longer be used.</summary>
    public void Dispose()
    {
        _disposed = true;
        _mapped.Dispose();
    }

    private static MappedFile Map(string path)
    {
        try
        {
            if (FileContent.IsAbsent(path))
            {
                throw new SafetensorsException(
                    SafetensorsError.FileTooShort,
                    path,
                    "has 0 bytes, or is a pipe or a device, which is not read. Download or export it again.");
            }

            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
            if (file.Length >= SafetensorsFormat.LengthByteCount)
            {
                return MappedFile.Open(file);
            }

            var byteCount = file.Length;
            file.Dispose();
            throw new SafetensorsException(
                SafetensorsError.FileTooShort,
                path,
                $"has {byteCount} bytes; a safetensors file has at least {SafetensorsFormat.LengthByteCount}. "
                + "Download or export it again.");
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SafetensorsException(SafetensorsError.FileNotFound, path, "does not exist. Check the path.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SafetensorsException(
                SafetensorsError.Unreadable,
                path,
                $"cannot be read: {exception.Message} Check that it is a file that may be read.",
                exception);
        }
    }
}
