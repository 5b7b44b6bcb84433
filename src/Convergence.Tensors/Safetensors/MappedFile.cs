using System.IO.MemoryMappedFiles;

namespace Convergence.Tensors.Safetensors;

/// <summary>
/// A whole file mapped for reading. Its memory is valid until <see cref="Dispose"/>; pages beyond the end of a file that another program
/// cuts
/// short take the process down when they are touched, which <see cref="EnsureWhole"/> tells beforehand but cannot prevent: models are to be
/// replaced by renaming, never in place.
/// </summary>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly FileStream _file;
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;

    private MappedFile(FileStream file, MemoryMappedFile map, MemoryMappedViewAccessor view, long byteCount)
    {
        _file = file;
        _map = map;
        _view = view;
        ByteCount = byteCount;
        Identity = FormattableString.Invariant($"{file.Name}|{File.GetLastWriteTimeUtc(file.SafeFileHandle).Ticks}|{byteCount}");
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        Pointer = start + view.PointerOffset;
    }

    /// <summary>The size of the file when it was mapped.</summary>
    public long ByteCount { get; }

    public byte* Pointer { get; }

    /// <summary>The same for every mapping of the same content: path, time of the last change, size.</summary>
    public string Identity { get; }

    /// <summary>Whether the memory is gone.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Maps a file of at least one byte.</summary>
    /// <exception cref="IOException">The file cannot be opened or mapped.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static MappedFile Open(FileStream file)
    {
        MemoryMappedFile? map = null;
        MemoryMappedViewAccessor? view = null;
        try
        {
            var byteCount = file.Length;
            map = MemoryMappedFile.CreateFromFile(
                file, mapName: null, byteCount, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
            view = map.CreateViewAccessor(0, byteCount, MemoryMappedFileAccess.Read);
            return new MappedFile(file, map, view, byteCount);
        }
        catch
        {
            view?.Dispose();
            map?.Dispose();
            throw;
        }
    }

    public ReadOnlySpan<byte> Span(long start, int byteCount)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(byteCount, ByteCount - start);
        return new ReadOnlySpan<byte>(Pointer + start, byteCount);
    }

    /// <summary>
    /// Copies bytes of the file without touching the mapping: pages that are looked at once are cheaper to copy than to map.
    /// Safe to call from several threads.
    /// </summary>
    /// <exception cref="SafetensorsException">The file cannot be read any more, or another program has cut it short.</exception>
    public void Read(long start, Span<byte> destination)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        for (var done = 0; done < destination.Length;)
        {
            var count = Read(start + done, destination[done..], _file);
            if (count == 0)
            {
                throw CutShort(start + done);
            }

            done += count;
        }
    }

    /// <summary>Refuses a file that has become shorter than it was mapped.</summary>
    /// <exception cref="SafetensorsException">Another program has cut it short.</exception>
    public void EnsureWhole()
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        var byteCount = RandomAccess.GetLength(_file.SafeFileHandle);
        if (byteCount < ByteCount)
        {
            throw CutShort(byteCount + 1);
        }
    }

    public void Dispose()
    {
        if (IsClosed)
        {
            return;
        }

        IsClosed = true;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _map.Dispose();
    }

    private SafetensorsException CutShort(long end) => new(
        SafetensorsError.Unreadable,
        _file.Name,
        $"had {ByteCount} bytes and now ends before byte {end}. Do not change models while they are used.");

    private static int Read(long start, Span<byte> destination, FileStream file)
    {
        try
        {
            return RandomAccess.Read(file.SafeFileHandle, destination, start);
        }
        catch (IOException exception)
        {
            throw new SafetensorsException(
                SafetensorsError.Unreadable,
                file.Name,
                $"cannot be read at byte {start}: {exception.Message} Check the disk that it is on.",
                exception);
        }
    }
}
