namespace Convergence.Optimization.Processes;

/// <summary>Reads lines of bounded length from a stream.</summary>
/// <param name="stream">The stream.</param>
/// <param name="maxByteCount">No longer line is read.</param>
internal sealed class CappedLines(Stream stream, int maxByteCount)
{
    private byte[] _buffer = new byte[1 << 12];
    private int _start;
    private int _end;

    /// <returns>The next line without its end; <see langword="null"/> at the end of the stream.</returns>
    /// <exception cref="LineProcessException">A line is too long.</exception>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellation)
    {
        var searched = _start;
        while (true)
        {
            var length = _buffer.AsSpan(searched, _end - searched).IndexOf((byte)'\n');
            if (length >= 0)
            {
                var line = _buffer.AsMemory(_start, searched + length - _start);
                _start = searched + length + 1;
                return line;
            }

            searched = _end - _start;
            MakeRoom();
            var count = await stream.ReadAsync(_buffer.AsMemory(_end), cancellation).ConfigureAwait(false);
            if (count == 0)
            {
                return null;
            }

            _end += count;
        }
    }

    private void MakeRoom()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        if (_end < _buffer.Length)
        {
            return;
        }

        if (_buffer.Length >= maxByteCount)
        {
            throw new LineProcessException($"the program wrote a line of more than {maxByteCount} bytes.");
        }

        Array.Resize(ref _buffer, Math.Min(maxByteCount, 2 * _buffer.Length));
    }
}
