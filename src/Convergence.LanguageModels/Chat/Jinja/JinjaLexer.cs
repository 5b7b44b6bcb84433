using System.Text;

namespace Convergence.LanguageModels.Chat.Jinja;

/// <summary>
/// Takes a template apart. Blank space around blocks goes as transformers sets Jinja up: a block takes the newline after it
/// (<c>trim_blocks</c>) and the blanks before it on its line (<c>lstrip_blocks</c>); a minus takes all blank space on its side.
/// </summary>
internal sealed class JinjaLexer(string template)
{
    private static readonly string[] Symbols =
        ["**", "//", "==", "!=", "<=", ">=", "+", "-", "*", "/", "%", "~", "<", ">", "=", ".", ",", ":", "|", "(", ")", "[", "]", "{", "}"];

    private readonly List<JinjaToken> _tokens = [];
    private int _at;
    private int _line = 1;

    /// <summary>The pieces, an end after them.</summary>
    /// <exception cref="LanguageModelException">A tag or a string has no end, or a tag holds what does not belong there.</exception>
    public static List<JinjaToken> Split(string template)
    {
        // As in Jinja, one newline at the end of the file is not a part of the template.
        var text = template.Replace("\r\n", "\n", StringComparison.Ordinal);
        return new JinjaLexer(text.EndsWith('\n') ? text[..^1] : text).Run();
    }

    public static LanguageModelException Error(int line, string message) => new($"line {line}: {message}");

    private List<JinjaToken> Run()
    {
        var trims = false;
        while (_at < template.Length)
        {
            var tag = NextTag();
            var text = template[_at..tag];
            _line += text.Count(letter => letter == '\n');
            AddText(trims ? text.TrimStart() : text, tag);
            _at = tag;
            trims = tag < template.Length && ReadTag();
        }

        _tokens.Add(new JinjaToken(JinjaTokenKind.End, "", _line));
        return _tokens;
    }

    private int NextTag()
    {
        for (var place = template.IndexOf('{', _at); place >= 0 && place + 1 < template.Length; place = template.IndexOf('{', place + 1))
        {
            if (template[place + 1] is '{' or '%' or '#')
            {
                return place;
            }
        }

        return template.Length;
    }

    private void AddText(string text, int tag)
    {
        if (tag < template.Length)
        {
            var sign = tag + 2 < template.Length ? template[tag + 2] : ' ';
            if (sign == '-')
            {
                text = text.TrimEnd();
            }
            else if (sign != '+' && template[tag + 1] != '{')
            {
                var bare = text.TrimEnd(' ', '\t');
                var beginsLine = bare.Length > 0 ? bare[^1] == '\n' : tag == text.Length
                    || (tag > text.Length && template[tag - text.Length - 1] == '\n');
                text = beginsLine ? bare : text;
            }
        }

        if (text.Length > 0)
        {
            _tokens.Add(new JinjaToken(JinjaTokenKind.Text, text, _line));
        }
    }

    // Returns whether the tag's end takes all blank space after it.
    private bool ReadTag()
    {
        var (start, kind) = (_line, template[_at + 1]);
        _at += 2;
        if (kind == '#')
        {
            var end = template.IndexOf("#}", _at, StringComparison.Ordinal);
            if (end < 0)
            {
                throw Error(start, "the comment has no end: '#}' is missing.");
            }

            var takesAll = template[end - 1] == '-';
            _line += template.AsSpan(_at, end - _at).Count('\n');
            var keepsNewline = template[end - 1] == '+';
            _at = end + 2;
            TakeNewline(takesAll || keepsNewline);
            return takesAll;
        }

        if (_at < template.Length && template[_at] is '-' or '+')
        {
            _at++;
        }

        _tokens.Add(new JinjaToken(kind == '{' ? JinjaTokenKind.OutputStart : JinjaTokenKind.BlockStart, "", start));
        var sign = ReadTagContent(kind == '{' ? "}}" : "%}", start);
        _tokens.Add(new JinjaToken(JinjaTokenKind.TagEnd, "", _line));
        if (kind == '%')
        {
            TakeNewline(isDone: sign is '-' or '+');
        }

        return sign == '-';
    }

    // A plus leaves the newline where it is, and after a minus it goes with all blank space.
    private void TakeNewline(bool isDone)
    {
        if (!isDone && _at < template.Length && template[_at] == '\n')
        {
            _at++;
            _line++;
        }
    }

    // Returns the sign before the end, or a blank.
    private char ReadTagContent(string end, int start)
    {
        var depth = 0;
        while (_at < template.Length)
        {
            var letter = template[_at];
            if (depth == 0 && IsAt(end))
            {
                _at += 2;
                return ' ';
            }

            if (depth == 0 && letter is '-' or '+' && _at + 2 < template.Length
                && template.AsSpan(_at + 1).StartsWith(end, StringComparison.Ordinal))
            {
                _at += 3;
                return letter;
            }

            if (char.IsWhiteSpace(letter))
            {
                _line += letter == '\n' ? 1 : 0;
                _at++;
                continue;
            }

            depth += letter is '{' or '[' or '(' ? 1 : letter is '}' or ']' or ')' ? -1 : 0;
            ReadToken(letter);
        }

        throw Error(start, $"the tag has no end: '{end}' is missing.");
    }

    private bool IsAt(string text) => template.AsSpan(_at).StartsWith(text, StringComparison.Ordinal);

    private void ReadToken(char letter)
    {
        if (letter is '\'' or '"')
        {
            ReadString(letter);
        }
        else if (char.IsAsciiDigit(letter))
        {
            var digits = Take(index => char.IsAsciiDigit(template[index])
                || (template[index] == '.' && index + 1 < template.Length && char.IsAsciiDigit(template[index + 1])));
            _tokens.Add(new JinjaToken(
                digits.Contains('.', StringComparison.Ordinal) ? JinjaTokenKind.Number : JinjaTokenKind.Integer, digits, _line));
        }
        else if (char.IsLetter(letter) || letter == '_')
        {
            _tokens.Add(
                new JinjaToken(JinjaTokenKind.Name, Take(index => char.IsLetterOrDigit(template[index]) || template[index] == '_'), _line));
        }
        else
        {
            var symbol = Array.Find(Symbols, IsAt) ?? throw Error(_line, $"'{letter}' does not belong into a tag.");
            _at += symbol.Length;
            _tokens.Add(new JinjaToken(JinjaTokenKind.Symbol, symbol, _line));
        }
    }

    private string Take(Predicate<int> belongs)
    {
        var start = _at;
        while (_at < template.Length && belongs(_at))
        {
            _at++;
        }

        return template[start.._at];
    }

    private void ReadString(char quote)
    {
        var (start, value) = (_line, new StringBuilder());
        for (_at++; _at < template.Length; _at++)
        {
            var letter = template[_at];
            if (letter == quote)
            {
                _at++;
                _tokens.Add(new JinjaToken(JinjaTokenKind.String, value.ToString(), start));
                return;
            }

            _line += letter == '\n' ? 1 : 0;
            if (letter != '\\' || _at + 1 == template.Length)
            {
                value.Append(letter);
                continue;
            }

            AppendEscape(value, template[++_at]);
        }

        throw Error(start, "the string has no end.");
    }

    private void AppendEscape(StringBuilder value, char letter)
    {
        if (letter == 'u' && _at + 4 < template.Length
            && ushort.TryParse(template.AsSpan(_at + 1, 4), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var unit))
        {
            value.Append((char)unit);
            _at += 4;
            return;
        }

        // As in Python, a backslash before any other letter stays.
        value.Append(letter switch { 'n' => "\n", 't' => "\t", 'r' => "\r", '\\' => "\\", '\'' => "'", '"' => "\"", _ => "\\" + letter });
    }
}
