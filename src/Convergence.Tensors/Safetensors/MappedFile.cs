using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace Convergence.Tensors.Safetensors;

/// <summary>
/// A whole file mapped for reading. Its memory is valid until <see cref="Dispose"/>; a file that another program cuts short while
/// it is mapped takes the process down, so models are replaced by renaming, never in place.
/// </summary>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private bool _disposed;

    private MappedFile(MemoryMappedFile map, MemoryMappedViewAccessor view, long byteCount)
    {
        _map = map;
        _view = view;
        ByteCount = byteCount;
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        Pointer = start + view.PointerOffset;
    }

    /// <summary>The size of the file when it was mapped.</summary>
    public long ByteCount { get; }

    public byte* Pointer { get; }

    /// <summary>What keeps the memory alive, and whose closing tells views that it is gone.</summary>
    public SafeMemoryMappedViewHandle Handle => _view.SafeMemoryMappedViewHandle;

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
            return new MappedFile(map, view, byteCount);
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
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(byteCount, ByteCount - start);
        return new ReadOnlySpan<byte>(Pointer + start, byteCount);
    }

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _map.Dispose();
    }
}
