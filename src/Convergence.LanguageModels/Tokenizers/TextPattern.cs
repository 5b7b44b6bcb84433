using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Convergence.LanguageModels.Tokenizers;

/// <summary>
/// A literal text or a regular expression of a tokenizer file. Expressions are run with a time limit, since files are not trusted.
/// </summary>
/// <remarks>
/// .NET matches UTF-16 units, tokenizer files mean code points. A character outside the basic plane is therefore matched as a
/// basic one of the same general category, which gives the same matches for expressions that name categories.
/// </remarks>
internal sealed class TextPattern
{
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromSeconds(4);
    private static readonly char[] CharacterOfCategory = MakeRepresentatives();

    private readonly string _source;
    private readonly string? _literal;
    private readonly Regex? _regex;

    private TextPattern(string source, string? literal, Regex? regex)
    {
        _source = source;
        _literal = literal;
        _regex = regex;
    }

    public static TextPattern Literal(string text) => new(text, text, regex: null);

    /// <exception cref="ArgumentException">The expression is not one that .NET understands.</exception>
    public static TextPattern Expression(string expression) =>
        new(expression, literal: null, new Regex(expression, RegexOptions.CultureInvariant, MatchTimeout));

    /// <summary>The matches that are not empty: start and length, in order.</summary>
    public IEnumerable<(int Start, int Length)> Matches(string text) =>
        _literal is null ? MatchExpression(text) : MatchLiteral(text, _literal);

    public string Replace(string text, string replacement)
    {
        if (_literal is not null)
        {
            return _literal.Length == 0 ? text : text.Replace(_literal, replacement, StringComparison.Ordinal);
        }

        var result = new StringBuilder(text.Length);
        var done = 0;
        foreach (var (start, length) in Matches(text))
        {
            result.Append(text, done, start - done).Append(replacement);
            done = start + length;
        }

        return result.Append(text, done, text.Length - done).ToString();
    }

    private static IEnumerable<(int Start, int Length)> MatchLiteral(string text, string literal)
    {
        var start = 0;
        while (literal.Length > 0 && (start = text.IndexOf(literal, start, StringComparison.Ordinal)) >= 0)
        {
            yield return (start, literal.Length);
            start += literal.Length;
        }
    }

    private List<(int Start, int Length)> MatchExpression(string text)
    {
        var starts = text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') ? CodePointStarts(text) : null;
        var searched = starts is null ? text : BasicPlaneShadow(text, starts);
        var matches = new List<(int Start, int Length)>();
        try
        {
            foreach (var match in _regex!.EnumerateMatches(searched))
            {
                if (match.Length > 0)
                {
                    var start = starts?[match.Index] ?? match.Index;
                    var end = starts?[match.Index + match.Length] ?? match.Index + match.Length;
                    matches.Add((start, end - start));
                }
            }
        }
        catch (RegexMatchTimeoutException exception)
        {
            throw new LanguageModelException(
                $"The tokenizer's expression '{_source}' took longer than {MatchTimeout.TotalSeconds:0} s "
                + $"on a text of {text.Length} characters. "
                + "Use a tokenizer from a trusted source, or shorter texts.",
                exception);
        }

        return matches;
    }

    // One entry per code point, and one for the end.
    private static int[] CodePointStarts(string text)
    {
        var starts = new List<int>(text.Length + 1);
        for (var index = 0; index < text.Length; index++)
        {
            starts.Add(index);
            if (index + 1 < text.Length && char.IsSurrogatePair(text[index], text[index + 1]))
            {
                index++;
            }
        }

        starts.Add(text.Length);
        return [.. starts];
    }

    private static string BasicPlaneShadow(string text, int[] starts) =>
        string.Create(starts.Length - 1, (text, starts), static (shadow, state) =>
        {
            for (var index = 0; index < shadow.Length; index++)
            {
                var start = state.starts[index];
                var isPair = state.starts[index + 1] - start == 2;
                shadow[index] = isPair
                    ? CharacterOfCategory[(int)CharUnicodeInfo.GetUnicodeCategory(state.text, start)]
                    : state.text[start];
            }
        });

    private static char[] MakeRepresentatives()
    {
        var representatives = new char[(int)UnicodeCategory.OtherNotAssigned + 1];
        for (var value = char.MaxValue; value > 0x7F; value--)
        {
            representatives[(int)CharUnicodeInfo.GetUnicodeCategory(value)] = value;
        }

        return representatives;
    }
}
