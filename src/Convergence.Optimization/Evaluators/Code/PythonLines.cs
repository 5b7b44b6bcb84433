namespace Convergence.Optimization.Evaluators.Code;

/// <summary>Splits Python code into its logical lines.</summary>
internal sealed class PythonLines
{
    private const string Opening = "([{";
    private const string Closing = ")]}";

    private readonly string _code;
    private readonly List<PythonLine> _lines = [];
    private readonly List<string> _words = [];
    private readonly Stack<char> _brackets = [];
    private int _place;
    private int _indent;
    private int _colon = -1;
    private bool _isLongString;

    private PythonLines(string code) => _code = code;

    /// <returns><see langword="null"/> where a bracket or quote is not closed.</returns>
    public static List<PythonLine>? Read(string code)
    {
        var reader = new PythonLines(code.Replace("\r\n", "\n", StringComparison.Ordinal));
        return reader.ReadAll() ? reader._lines : null;
    }

    private bool ReadAll()
    {
        ReadIndent();
        while (_place < _code.Length)
        {
            if (!ReadNext())
            {
                return false;
            }
        }

        EndLine();
        return _brackets.Count == 0;
    }

    private bool ReadNext()
    {
        var character = _code[_place];
        switch (character)
        {
            case '\n':
                _place++;
                if (_brackets.Count == 0)
                {
                    EndLine();
                    ReadIndent();
                }

                return true;
            case '#':
                _place = _code.IndexOf('\n', _place) is var end and >= 0 ? end : _code.Length;
                return true;
            case '\\' when _place + 1 < _code.Length && _code[_place + 1] == '\n':
                _place += 2;
                return true;
            case '"' or '\'':
                return ReadString(character);
            case var _ when char.IsWhiteSpace(character):
                _place++;
                return true;
            case var _ when char.IsLetterOrDigit(character) || character == '_':
                ReadWord();
                return true;
            default:
                return ReadSign(character);
        }
    }

    private void ReadIndent()
    {
        _indent = 0;
        for (; _place < _code.Length && _code[_place] is ' ' or '\t'; _place++)
        {
            _indent = _code[_place] == '\t' ? (_indent / 8 * 8) + 8 : _indent + 1;
        }
    }

    private void ReadWord()
    {
        var start = _place;
        while (_place < _code.Length && (char.IsLetterOrDigit(_code[_place]) || _code[_place] == '_'))
        {
            _place++;
        }

        _words.Add(_code[start.._place]);
    }

    private bool ReadString(char quote)
    {
        var isLong = _place + 2 < _code.Length && _code[_place + 1] == quote && _code[_place + 2] == quote;
        _isLongString |= isLong && _words.Count == 0;
        var end = isLong ? new string(quote, 3) : quote.ToString();
        for (_place += end.Length; _place < _code.Length; _place++)
        {
            if (string.CompareOrdinal(_code, _place, end, 0, end.Length) == 0)
            {
                _place += end.Length;
                _words.Add("\"");
                return true;
            }

            if (_code[_place] == '\n' && !isLong)
            {
                return false;
            }

            _place += _code[_place] == '\\' ? 1 : 0;
        }

        return false;
    }

    private bool ReadSign(char sign)
    {
        _place++;
        if (Opening.Contains(sign, StringComparison.Ordinal))
        {
            _brackets.Push(Closing[Opening.IndexOf(sign, StringComparison.Ordinal)]);
        }
        else if (Closing.Contains(sign, StringComparison.Ordinal) && (!_brackets.TryPop(out var expected) || expected != sign))
        {
            return false;
        }

        if (sign == ':' && _brackets.Count == 0 && _colon < 0)
        {
            _colon = _words.Count;
        }

        _words.Add(sign.ToString());
        return true;
    }

    private void EndLine()
    {
        if (_words.Count > 0)
        {
            _lines.Add(new PythonLine(_indent, [.. _words], _colon, _isLongString));
        }

        _words.Clear();
        _colon = -1;
        _isLongString = false;
    }
}
