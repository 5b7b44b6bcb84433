using Convergence.Foundation.Files;
using Microsoft.Win32.SafeHandles;

namespace Convergence.Tensors.Files;

/// <summary>
/// A large file that is written once, from its start to its end. Its space is taken when it is created,
/// so that a full disk shows before the work begins; the bytes bypass the page cache where the system can do that.
/// Not complete before <see cref="Complete"/>. Used by one thread at a time.
/// </summary>
public sealed class StreamedFile : IDisposable
{
    /// <summary>Every write but the last has a multiple of this many bytes, in a <see cref="Memory.PageBuffer"/>.</summary>
    public const int BlockByteCount = DirectWrites.Alignment;

    private readonly SafeFileHandle _handle;
    private readonly string _path;
    private readonly long _byteCount;
    private long _position;
    private bool _isDirect;

    private StreamedFile(SafeFileHandle handle, string path, long byteCount)
    {
        _handle = handle;
        _path = path;
        _byteCount = byteCount;
        _isDirect = DirectWrites.Switch(handle, on: true);
    }

    /// <summary>Creates or replaces a file and takes the disk space for it.</summary>
    /// <param name="path">The file; its directory must exist.</param>
    /// <param name="byteCount">Its final size.</param>
    /// <exception cref="ConvergenceException">The disk is full, or the file cannot be written.</exception>
    public static StreamedFile Create(string path, long byteCount) =>
        new(PreallocatedFile.Create(path, Padded(byteCount)), path, byteCount);

    /// <summary>Appends bytes.</summary>
    /// <param name="bytes">
    /// A multiple of <see cref="BlockByteCount"/>; the file's last bytes are padded to it, which <see cref="Complete"/> cuts off.
    /// </param>
    /// <exception cref="ConvergenceException">The disk is full, or the file cannot be written.</exception>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length % BlockByteCount, 0, nameof(bytes));
        try
        {
            try
            {
                RandomAccess.Write(_handle, bytes, _position);
            }
            catch (IOException exception) when (_isDirect && !WriteFailure.IsOutOfSpace(exception))
            {
                // Some file systems take the flag and refuse the write.
                DirectWrites.Switch(_handle, on: false);
                _isDirect = false;
                RandomAccess.Write(_handle, bytes, _position);
            }
        }
        catch (Exception exception) when (WriteFailure.IsRefusal(exception))
        {
            throw WriteFailure.Describe(_path, _byteCount, exception);
        }

        _position += bytes.Length;
    }

    /// <summary>Cuts the padding off and waits until everything is on the disk.</summary>
    /// <exception cref="InvalidOperationException">Not as many bytes were written as the file was created for.</exception>
    /// <exception cref="ConvergenceException">The disk is full, or the file cannot be written.</exception>
    public void Complete()
    {
        if (_position != Padded(_byteCount))
        {
            throw new InvalidOperationException($"{_path}: {_position} bytes were written, but {Padded(_byteCount)} were announced.");
        }

        try
        {
            RandomAccess.SetLength(_handle, _byteCount);
            RandomAccess.FlushToDisk(_handle);
        }
        catch (Exception exception) when (WriteFailure.IsRefusal(exception))
        {
            throw WriteFailure.Describe(_path, _byteCount, exception);
        }
    }

    public void Dispose() => _handle.Dispose();

    private static long Padded(long byteCount) => (byteCount + BlockByteCount - 1) / BlockByteCount * BlockByteCount;
}
