namespace Convergence.LanguageModels.Tokenizers;

/// <summary>Cuts a text at added tokens: the leftmost first, the longest of those that start there.</summary>
internal sealed class AddedTokenSplitter
{
    private readonly Dictionary<char, AddedToken[]> _byFirstCharacter;

    public AddedTokenSplitter(IEnumerable<AddedToken> tokens)
    {
        _byFirstCharacter = tokens
            .Where(token => token.Content.Length > 0)
            .GroupBy(token => token.Content[0])
            .ToDictionary(group => group.Key, group => group.OrderByDescending(token => token.Content.Length).ToArray());
    }

    /// <summary>The text's parts in order: an added token, or a text between such.</summary>
    public IEnumerable<(string? Text, AddedToken? Token)> Split(string text)
    {
        var start = 0;
        var position = 0;
        while (_byFirstCharacter.Count > 0 && position < text.Length)
        {
            var token = TokenAt(text, position);
            if (token is null)
            {
                position++;
                continue;
            }

            var from = position;
            var to = position + token.Content.Length;
            while (token.StripsLeft && from > start && char.IsWhiteSpace(text[from - 1]))
            {
                from--;
            }

            while (token.StripsRight && to < text.Length && char.IsWhiteSpace(text[to]))
            {
                to++;
            }

            if (from > start)
            {
                yield return (text[start..from], null);
            }

            yield return (null, token);
            start = to;
            position = to;
        }

        if (start < text.Length)
        {
            yield return (start == 0 ? text : text[start..], null);
        }
    }

    private AddedToken? TokenAt(string text, int position)
    {
        if (!_byFirstCharacter.TryGetValue(text[position], out var tokens))
        {
            return null;
        }

        foreach (var token in tokens)
        {
            if (string.CompareOrdinal(text, position, token.Content, 0, token.Content.Length) == 0
                && (!token.IsSingleWord || StandsAlone(text, position, token.Content.Length)))
            {
                return token;
            }
        }

        return null;
    }

    private static bool StandsAlone(string text, int position, int length) =>
        (position == 0 || !IsWordCharacter(text[position - 1]))
        && (position + length == text.Length || !IsWordCharacter(text[position + length]));

    private static bool IsWordCharacter(char character) => char.IsLetterOrDigit(character) || character == '_';
}
