using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Convergence.Evolution.Randomness;

namespace Convergence.Optimization.TestCases.Variation;

/// <summary>
/// The same request in other words: another verb for the one that it begins with, and a sentence before it. What stands further inside may
/// be what the request is about, so it stays.
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
        var varied = random.NextBoolean(SynonymChance) ? WithSynonym(text, guarded, random) : text;
        varied = mayScale && random.NextBoolean(NumberChance) ? NumberScaling.Vary(varied, random) : varied;
        return random.NextBoolean(SentenceChance) && !LooksLikeData(text)
            ? $"{Sentences[random.Next(Sentences.Length)]} {varied}"
            : varied;
    }

    private static string WithSynonym(string text, ImmutableHashSet<string> guarded, SearchRandom random)
    {
        var first = FirstWord().Match(text).Value;
        var word = first.ToLowerInvariant();
        if (!Verbs.TryGetValue(word, out var others) || guarded.Contains(word))
        {
            return text;
        }

        var other = others[random.Next(others.Length)];
        return (char.IsUpper(first[0]) ? char.ToUpperInvariant(other[0]) + other[1..] : other) + text[first.Length..];
    }

    // A sentence before JSON, markup or code would become a part of it.
    private static bool LooksLikeData(string text) => text.TrimStart() is ['{' or '[' or '<' or '`' or '#', ..];

    [GeneratedRegex(@"^[A-Za-z]+")]
    private static partial Regex FirstWord();
}
