using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Convergence.Evolution.Randomness;

namespace Convergence.Optimization.TestCases.Variation;

/// <summary>
/// The same request in other words: another verb for the one that it begins with, and a sentence before it. What stands further inside may
/// be what the request is about, so it stays; and a request that is about its own words stays as it is.
/// </summary>
internal static partial class Phrasing
{
    // The original's chances.
    private const double SynonymChance = .6;
    private const double NumberChance = .4;
    private const double SentenceChance = .3;

    // Eleven, as in the original's table; each stands in whatever sentence its verb begins.
    private static readonly FrozenDictionary<string, string[]> Verbs = new Dictionary<string, string[]>
    {
        ["explain"] = ["describe"],
        ["describe"] = ["explain"],
        ["list"] = ["enumerate"],
        ["enumerate"] = ["list"],
        ["write"] = ["compose"],
        ["calculate"] = ["compute", "work out"],
        ["compute"] = ["calculate", "work out"],
        ["provide"] = ["give"],
        ["create"] = ["make", "prepare"],
        ["summarize"] = ["sum up"],
        ["solve"] = ["work out"],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly ImmutableArray<string> Sentences =
    [
        "Please help me with this.", "Here is what I need.", "Please answer with care.", "This matters to me.", "I have a request.",
        "Take your time.", "Please be accurate.", "I would like your help.", "Please read this closely.", "Here is my request.",
    ];

    /// <param name="text">The request.</param>
    /// <param name="guarded">Words in lower case that stay.</param>
    /// <param name="mayScale">Whether its numbers may change.</param>
    /// <param name="random">Decides.</param>
    public static string Vary(string text, ImmutableHashSet<string> guarded, bool mayScale, SearchRandom random)
    {
        if (SelfReference.IsIn(text))
        {
            return text;
        }

        var varied = random.NextBoolean(SynonymChance) ? WithSynonym(text, guarded, random) : text;
        varied = mayScale && random.NextBoolean(NumberChance) ? NumberScaling.Vary(varied, random) : varied;
        return random.NextBoolean(SentenceChance) && !LooksLikeData(text)
            ? $"{Sentences[random.Next(Sentences.Length)]} {varied}"
            : varied;
    }

    // "List three", but not list(range(3)), CREATE TABLE or "List comprehensions": only before these is it surely a verb of English.
    private static readonly FrozenSet<string> Openings = FrozenSet.Create(
        StringComparer.Ordinal,
        "a", "an", "the", "all", "any", "some", "each", "every", "both", "me", "us", "my", "our", "your", "this", "that", "these", "those",
        "how", "why", "what", "when", "where", "which", "who", "whether",
        "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten");

    private static string WithSynonym(string text, ImmutableHashSet<string> guarded, SearchRandom random)
    {
        var opening = FirstWords().Match(text);
        var first = opening.Groups["verb"].Value;
        var word = first.ToLowerInvariant();
        if (!Openings.Contains(opening.Groups["next"].Value) || !Verbs.TryGetValue(word, out var others) || guarded.Contains(word))
        {
            return text;
        }

        var other = others[random.Next(others.Length)];
        return (char.IsUpper(first[0]) ? char.ToUpperInvariant(other[0]) + other[1..] : other) + text[first.Length..];
    }

    // A sentence before JSON, markup or code would become a part of it.
    private static bool LooksLikeData(string text) => text.TrimStart() is ['{' or '[' or '<' or '`' or '#', ..];

    [GeneratedRegex(@"^(?<verb>[A-Za-z][a-z]*) (?<next>[a-z]+)\b")]
    private static partial Regex FirstWords();
}
