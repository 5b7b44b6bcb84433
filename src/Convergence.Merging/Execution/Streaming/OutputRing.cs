using System.Collections.Concurrent;
using System.Security.Cryptography;
using Convergence.Tensors;
using Convergence.Tensors.Files;
using Convergence.Tensors.Memory;

namespace Convergence.Merging;

/// <summary>
/// The memory between merging and writing: a few windows, each a stretch of the file, are filled one after another;
/// behind, a thread writes them, which mostly waits for the disk, and the crew hashes them. Tensors lie in it as they will in the file,
/// so small ones share a window and a large one is spread over several. Used by one caller at a time.
/// </summary>
internal sealed class OutputRing : IDisposable
{
    private readonly ConcurrentQueue<PageBuffer> _free = [];
    private readonly MemoryMeter _meter = new();
    private readonly int _windowByteCount;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly WindowThread _writer;
    private readonly MergeCrew _crew;
    private PageBuffer _window;
    private int _used;
    private int _granted;
    private int _pendingCount;
    private StreamedFile? _file;

    /// <param name="crew">Hashes. It must not be disposed before the ring.</param>
    /// <param name="windowCount">Windows, at least two: one is filled while another is written.</param>
    /// <param name="windowByteCount">Bytes of a window.</param>
    public OutputRing(MergeCrew crew, int windowCount, int windowByteCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(windowCount, 2);
        _crew = crew;
        _windowByteCount = windowByteCount;
        _window = Allocate(windowByteCount);
        for (var index = 1; index < windowCount; index++)
        {
            _free.Enqueue(Allocate(windowByteCount));
        }

        _writer = new WindowThread("merge writer", Write);
    }

    /// <summary>The most bytes that the windows ever held together.</summary>
    public long PeakBytes => _meter.PeakBytes;

    /// <summary>Turns to a new file, whose first bytes these are.</summary>
    public void Begin(StreamedFile file, ReadOnlySpan<byte> header)
    {
        _file = file;
        _used = 0;
        for (var offset = 0; offset < header.Length;)
        {
            if (_used == _window.ByteCount)
            {
                Flush();
            }

            var piece = header[offset..Math.Min(header.Length, offset + _window.ByteCount - _used)];
            piece.CopyTo(_window.Bytes[_used..]);
            _used += piece.Length;
            offset += piece.Length;
        }
    }

    /// <summary>
    /// Room for the next elements of the file: as many as fit, in multiples of a unit. To be filled before <see cref="Commit"/>.
    /// </summary>
    /// <param name="dtype">Their type.</param>
    /// <param name="remaining">The most that are wanted; at least 1.</param>
    /// <param name="unit">The multiple, unless all that remain fit. A window grows where not even one unit fits.</param>
    /// <exception cref="ConvergenceException">What was handed over before could not be written.</exception>
    public HostTensor Reserve(DType dtype, long remaining, long unit)
    {
        var size = dtype.ByteCount();
        var count = Fitting(size, remaining, unit);

        // A scrap at a window's end is not worth a call of its own; the window is written a little less than full.
        if (count < remaining && count * size < _windowByteCount / 4)
        {
            Flush();
            if (Fitting(size, remaining, unit) == 0)
            {
                Grow(checked((int)(Math.Min(remaining, unit) * size)));
            }

            count = Fitting(size, remaining, unit);
        }

        _writer.ThrowIfFailed();
        _granted = checked((int)count * size);
        return _window.View(dtype, new TensorShape(count), _used);
    }

    /// <summary>Takes what was reserved into the file.</summary>
    public void Commit()
    {
        _used += _granted;
        _granted = 0;
    }

    /// <summary>Writes what is left and waits until the file is complete on the disk.</summary>
    /// <returns>The SHA-256 of the file's bytes, in lower-case hexadecimal.</returns>
    /// <exception cref="ConvergenceException">Something could not be written.</exception>
    public string Finish()
    {
        Flush(isLast: true);
        var isDone = false;
        Add(window: null, 0, 0, _ => isDone = true);
        _crew.WaitUntil(() => isDone);
        _file = null;
        _writer.ThrowIfFailed();
        return Convert.ToHexStringLower(_hash.GetHashAndReset());
    }

    public void Dispose()
    {
        _writer.Dispose();
        _crew.WaitUntil(() => _pendingCount == 0);
        _hash.Dispose();
        _window.Dispose();
        while (_free.TryDequeue(out var window))
        {
            window.Dispose();
        }
    }

    private long Fitting(int elementSize, long remaining, long unit)
    {
        var room = (_window.ByteCount - _used) / elementSize;
        return room >= remaining ? remaining : room / unit * unit;
    }

    // Hands the window over up to the last whole block; what is beyond it begins the next window.
    private void Flush(bool isLast = false)
    {
        const int Block = StreamedFile.BlockByteCount;
        var whole = isLast ? (_used + Block - 1) / Block * Block : _used / Block * Block;
        if (whole == 0)
        {
            return;
        }

        var full = _window;
        var exact = Math.Min(whole, _used);
        full.Bytes[exact..whole].Clear();
        PageBuffer? next = null;
        _crew.WaitUntil(() => _free.TryDequeue(out next));
        _window = next!;
        full.Bytes[exact.._used].CopyTo(_window.Bytes);
        _used -= exact;
        Add(full, whole, exact, order => _free.Enqueue(order.Window!));
    }

    private void Grow(int byteCount)
    {
        var larger = Allocate(byteCount + StreamedFile.BlockByteCount);
        _window.Bytes[.._used].CopyTo(larger.Bytes);
        _window.Dispose();
        _window = larger;
    }

    // Room for the bytes that the window before could not hand over, and for the padding of a file's end.
    private PageBuffer Allocate(int byteCount) =>
        new((byteCount + (3 * StreamedFile.BlockByteCount) - 1) / StreamedFile.BlockByteCount * StreamedFile.BlockByteCount, _meter);

    private void Add(PageBuffer? window, int paddedByteCount, int byteCount, Action<WindowOrder> released)
    {
        Interlocked.Increment(ref _pendingCount);
        var order = new WindowOrder(_file!, window, paddedByteCount, byteCount, threadCount: 2, released + (_ => Settle()));
        _writer.Add(order);
        _crew.Post(() => Hash(order));
    }

    private void Settle()
    {
        Interlocked.Decrement(ref _pendingCount);
        _crew.Notify();
    }

    private static void Write(WindowOrder order)
    {
        if (order.Window is null)
        {
            order.File.Complete();
        }
        else
        {
            order.File.Append(order.PaddedBytes);
        }
    }

    private void Hash(WindowOrder order)
    {
        try
        {
            if (order.Window is not null)
            {
                _hash.AppendData(order.Bytes);
            }
        }
        finally
        {
            order.Release();
        }
    }
}
