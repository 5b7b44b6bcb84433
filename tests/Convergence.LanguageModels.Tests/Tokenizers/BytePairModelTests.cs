using Convergence.LanguageModels.Tokenizers;
using FsCheck;
using FsCheck.Fluent;

namespace Convergence.LanguageModels.Tests.Tokenizers;

public sealed class BytePairModelTests
{
    private static readonly string[] Rules = ["a b", "b a", "ab a", "b b", "bb b", "ba ab", "aba bb", "c c", "cc a", "a a", "aa aa"];

    [Test]
    public void Encode_LongPieces_GoThroughTheQueueAsShortOnesThroughTheScan()
    {
        var letters = Gen.Elements('a', 'b', 'c').ArrayOf();
        Prop.ForAll(letters.ToArbitrary(), word =>
        {
            var text = new string(word) + "abbaabbbacc";
            var repeated = text + text + text;
            return Encode(repeated).SequenceEqual(MergeNaively(repeated));
        }).QuickCheckThrowOnFailure();
    }

    [Test]
    public void Encode_UnknownCharacters_FollowTheOptions()
    {
        var ids = new Dictionary<string, int> { ["a"] = 0, ["<unk>"] = 1 };
        Assert.Multiple(() =>
        {
            Assert.That(
                Tokens(ids, new BytePairOptions("<unk>", FusesUnknown: false, HasByteFallback: false, IgnoresMerges: false), "axya"),
                Is.EqualTo(new[] { 0, 1, 1, 0 }));
            Assert.That(
                Tokens(ids, new BytePairOptions("<unk>", FusesUnknown: true, HasByteFallback: false, IgnoresMerges: false), "axya"),
                Is.EqualTo(new[] { 0, 1, 0 }));
            Assert.That(
                Tokens(ids, new BytePairOptions(null, FusesUnknown: false, HasByteFallback: false, IgnoresMerges: false), "axya"),
                Is.EqualTo(new[] { 0, 0 }));
        });
    }

    [Test]
    public void Encode_HundredThousandCharacters_IsQuick()
    {
        // A scan per merge would take 10^10 steps here.
        var text = string.Concat(Enumerable.Repeat("abbaabbbacc", 10_000));
        var watch = System.Diagnostics.Stopwatch.StartNew();
        Assert.That(Encode(text), Is.Not.Empty);
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)));
    }

    private static List<int> Tokens(Dictionary<string, int> ids, BytePairOptions options, string text)
    {
        var tokens = new List<int>();
        new BytePairModel(ids, [], options).Encode(text, tokens);
        return tokens;
    }

    private static (Dictionary<string, int> Ids, Dictionary<long, (int Rank, int Id)> Merges) Tables()
    {
        var ids = new Dictionary<string, int> { ["a"] = 0, ["b"] = 1, ["c"] = 2 };
        var merges = new Dictionary<long, (int Rank, int Id)>();
        foreach (var rule in Rules)
        {
            var parts = rule.Split(' ');
            var id = ids.TryGetValue(parts[0] + parts[1], out var known) ? known : ids[parts[0] + parts[1]] = ids.Count;
            merges[BytePairModel.PairKey(ids[parts[0]], ids[parts[1]])] = (merges.Count, id);
        }

        return (ids, merges);
    }

    private static List<int> Encode(string text)
    {
        var (ids, merges) = Tables();
        var tokens = new List<int>();
        new BytePairModel(ids, merges, default).Encode(text, tokens);
        return tokens;
    }

    // The definition: the rule of lowest rank, at its leftmost place, again and again.
    private static IEnumerable<int> MergeNaively(string text)
    {
        var (ids, _) = Tables();
        var symbols = text.Select(letter => letter.ToString()).ToList();
        while (true)
        {
            var best = (Rank: int.MaxValue, Place: -1);
            for (var place = 0; place + 1 < symbols.Count; place++)
            {
                var rank = Array.IndexOf(Rules, $"{symbols[place]} {symbols[place + 1]}");
                if (rank >= 0 && rank < best.Rank)
                {
                    best = (rank, place);
                }
            }

            if (best.Place < 0)
            {
                return symbols.Select(symbol => ids[symbol]);
            }

            symbols[best.Place] += symbols[best.Place + 1];
            symbols.RemoveAt(best.Place + 1);
        }
    }
}
