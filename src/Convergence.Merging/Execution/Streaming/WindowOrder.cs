using Convergence.Tensors.Files;
using Convergence.Tensors.Memory;

namespace Convergence.Merging;

/// <summary>
/// What the threads behind an <see cref="OutputRing"/> are to do: with a window's bytes, or, without a window, at a file's end.
/// </summary>
/// <param name="file">The file that the bytes belong to.</param>
/// <param name="window">The bytes, or <see langword="null"/> when the file is complete.</param>
/// <param name="paddedByteCount">Bytes to write, whole blocks.</param>
/// <param name="byteCount">Bytes of the file among them.</param>
/// <param name="threadCount">How many threads receive it.</param>
/// <param name="released">Called by the last of them.</param>
internal sealed class WindowOrder(
    StreamedFile file, PageBuffer? window, int paddedByteCount, int byteCount, int threadCount, Action<WindowOrder> released)
{
    private int _holders = threadCount;

    public StreamedFile File { get; } = file;

    public PageBuffer? Window { get; } = window;

    /// <summary>The bytes to write, whole blocks.</summary>
    public ReadOnlySpan<byte> PaddedBytes => Window!.Bytes[..paddedByteCount];

    /// <summary>The bytes of the file, without padding.</summary>
    public ReadOnlySpan<byte> Bytes => Window!.Bytes[..byteCount];

    /// <summary>Says that one thread is done with it.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
        {
            released(this);
        }
    }
}
