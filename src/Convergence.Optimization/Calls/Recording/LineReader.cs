namespace Convergence.Optimization.Calls.Recording;

/// <summary>Reads a file's lines as bytes, and knows whether the last one was ended.</summary>
/// <param name="file">The file, from its beginning.</param>
internal sealed class LineReader(Stream file)
{
    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;

    /// <summary>Whether an end of line stood behind the line that was read last.</summary>
    public bool IsEnded { get; private set; }

    /// <returns>The next line without its end, valid until the next call; <see langword="null"/> at the end of the file.</returns>
    public ReadOnlyMemory<byte>? Read()
    {
        var searched = _start;
        while (true)
        {
            var length = _buffer.AsSpan(searched, _end - searched).IndexOf((byte)'\n');
            if (length >= 0)
            {
                return Take(searched + length - _start, isEnded: true);
            }

            searched = _end - _start;
            MakeRoom();
            var count = file.Read(_buffer, _end, _buffer.Length - _end);
            if (count == 0)
            {
                return _end > _start ? Take(_end - _start, isEnded: false) : default(ReadOnlyMemory<byte>?);
            }

            _end += count;
        }
    }

    private ReadOnlyMemory<byte> Take(int length, bool isEnded)
    {
        var line = _buffer.AsMemory(_start, length);
        IsEnded = isEnded;
        _start += length + (isEnded ? 1 : 0);
        return line;
    }

    // Afterwards the unread bytes stand at the beginning, with room behind them.
    private void MakeRoom()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }
    }
}
