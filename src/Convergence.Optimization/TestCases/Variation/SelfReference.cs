using System.Text.RegularExpressions;

namespace Convergence.Optimization.TestCases.Variation;

/// <summary>Whether a request is about its own words, so that other words would have another answer.</summary>
internal static partial class SelfReference
{
    public static bool IsIn(string text) => Words().IsMatch(text);

    // "How many words does this message have?", "Repeat after me", "What is the first letter here?"
    [GeneratedRegex(
        @"\b(this|above|preceding|whole|entire|your|my) (message|question|prompt|sentence|text|request|input|line|string)\b"
        + @"|\b(repeat|echo|verbatim|word for word|reverse|backwards?)\b"
        + @"|\b(how many|count|number of|first|last|second|third)\b.*\b(words?|letters?|characters?|sentences?|lines?|tokens?|vowels?)\b",
        RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Words();
}
