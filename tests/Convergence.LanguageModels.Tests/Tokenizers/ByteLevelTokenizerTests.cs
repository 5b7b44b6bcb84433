using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;

namespace Convergence.LanguageModels.Tests.Tokenizers;

public sealed class ByteLevelTokenizerTests
{
    [Test]
    public void Encode_MergesByRankThenFromTheLeft()
    {
        var tokenizer = TokenizerJson.Load(TokenizerJson.ByteLevel("b c", "a b", "a bc", "a a"));
        Assert.Multiple(() =>
        {
            Assert.That(Texts(tokenizer.Encode("abc")), Is.EqualTo(new[] { "abc" }), "b c ranks before a b");
            Assert.That(Texts(tokenizer.Encode("ab")), Is.EqualTo(new[] { "ab" }));
            Assert.That(Texts(tokenizer.Encode("aaa")), Is.EqualTo(new[] { "aa", "a" }));
            Assert.That(Texts(tokenizer.Encode("aabc")), Is.EqualTo(new[] { "a", "abc" }));
        });

        IEnumerable<string?> Texts(int[] ids) => ids.Select(tokenizer.TokenText);
    }

    [Test]
    public void Encode_MergesAsPairs_AreTheSameAsMergesAsStrings()
    {
        var pairs = TokenizerJson.ByteLevel("h e", "he l", "l o");
        pairs["model"]!["merges"] = new JsonArray(new JsonArray("h", "e"), new JsonArray("he", "l"), new JsonArray("l", "o"));
        var strings = TokenizerJson.ByteLevel("h e", "he l", "l o");
        Assert.That(TokenizerJson.Load(pairs).Encode("hello"), Is.EqualTo(TokenizerJson.Load(strings).Encode("hello")));
    }

    [Test]
    public void Encode_NoMergeCrossesWords()
    {
        // Words start with their space, so "x y" can never join.
        var space = TokenizerJson.CharacterOf((byte)' ');
        var tokenizer = TokenizerJson.Load(TokenizerJson.ByteLevel($"x {space}", $"{space} y"));
        Assert.That(tokenizer.Encode("x y").Select(tokenizer.TokenText), Is.EqualTo(new[] { "x", space + "y" }));
    }

    [TestCase("I'll don't", new[] { "I", "'ll", " don", "'t" })]
    [TestCase("a  b", new[] { "a", " ", " b" })]
    [TestCase("x1 22?!\n\n z ", new[] { "x", "1", " 22", "?!", "\n\n", " z", " " })]
    [TestCase("𝐀𝐁1 🙂🙂x", new[] { "𝐀𝐁", "1", " 🙂🙂", "x" })]
    public void Gpt2Expression_Words_AreCutAsGpt2Does(string text, string[] expected)
    {
        var pieces = new List<string>();
        new LanguageModels.Tokenizers.ByteLevelPreTokenizer(addsPrefixSpace: false, usesExpression: true).Split(
            text, isFirst: true, pieces);
        Assert.That(pieces, Is.EqualTo(expected.Select(word => LanguageModels.Tokenizers.ByteLevelAlphabet.Encode(word))));
    }

    [Test]
    public void Encode_Llama3Pattern_CutsNumbersInThrees()
    {
        var file = TokenizerJson.ByteLevel("1 2", "12 3", "123 4", "4 5");
        const string Pattern =
            @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
        file["pre_tokenizer"] = new JsonObject
        {
            ["type"] = "Sequence",
            ["pretokenizers"] = new JsonArray(
                new JsonObject
                {
                    ["type"] = "Split",
                    ["pattern"] = new JsonObject { ["Regex"] = Pattern },
                    ["behavior"] = "Isolated",
                    ["invert"] = false,
                },
                new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["use_regex"] = false }),
        };
        var tokenizer = TokenizerJson.Load(file);
        Assert.That(tokenizer.Encode("12345").Select(tokenizer.TokenText), Is.EqualTo(new[] { "123", "45" }));
    }

    [Test]
    public void Encode_AddedTokens_AreCutOutFirstAndTheLongestWins()
    {
        var file = TokenizerJson.ByteLevel("< e");
        var shorter = TokenizerJson.AddSpecial(file, "<end>");
        var longer = TokenizerJson.AddSpecial(file, "<end>!");
        var tokenizer = TokenizerJson.Load(file);
        Assert.Multiple(() =>
        {
            Assert.That(tokenizer.Encode("a<end>b"), Is.EqualTo(new[] { 'a', shorter, 'b' }));
            Assert.That(tokenizer.Encode("<end>!"), Is.EqualTo(new[] { longer }));
            Assert.That(tokenizer.Decode(['a', shorter, 'b']), Is.EqualTo("ab"));
            Assert.That(tokenizer.Decode(['a', shorter, 'b'], skipSpecialTokens: false), Is.EqualTo("a<end>b"));
        });
    }

    [Test]
    public void Encode_Template_PutsBosBeforeTheText()
    {
        var tokenizer = TokenizerJson.Load(TokenizerJson.ByteLevelWithBos());
        Assert.Multiple(() =>
        {
            Assert.That(tokenizer.Encode("a"), Is.EqualTo(new[] { 256, 'a' }));
            Assert.That(tokenizer.Encode("a", addSpecialTokens: false), Is.EqualTo(new[] { (int)'a' }));
            Assert.That(tokenizer.PrefixTokens, Is.EqualTo(new[] { 256 }));
            Assert.That(tokenizer.SuffixTokens, Is.Empty);
            Assert.That(tokenizer.VocabularySize, Is.EqualTo(258));
        });
    }

    [Test]
    public void Encode_IgnoreMerges_TakesAWholeWordThatIsAToken()
    {
        var file = TokenizerJson.ByteLevel("a b");
        file["model"]!["vocab"]!["abc"] = 300;
        Assert.That(TokenizerJson.Load(file).Encode("abc"), Has.Length.EqualTo(2));
        file["model"]!["ignore_merges"] = true;
        Assert.That(TokenizerJson.Load(file).Encode("abc"), Is.EqualTo(new[] { 300 }));
    }

    [Test]
    public void Encode_AddedTokenThatIsNormalised_IsFoundByWhatBecomesOfIt()
    {
        var file = TokenizerJson.ByteLevel();
        file["normalizer"] = new JsonObject { ["type"] = "Lowercase" };
        var normalised = TokenizerJson.AddSpecial(file, "<Tool>");
        var asItIs = TokenizerJson.AddSpecial(file, "<End>");
        file["added_tokens"]![0]!["normalized"] = true;
        var tokenizer = TokenizerJson.Load(file);
        Assert.Multiple(() =>
        {
            Assert.That(tokenizer.Encode("a<Tool>b"), Is.EqualTo(new[] { 'a', normalised, 'b' }));
            Assert.That(tokenizer.Encode("<TOOL><tool>"), Is.EqualTo(new[] { normalised, normalised }));
            Assert.That(tokenizer.Encode("<End>a"), Is.EqualTo(new[] { asItIs, 'a' }));
            Assert.That(tokenizer.Encode("<end>"), Does.Not.Contain(asItIs), "one that is not normalised is sought in the text as it is");
            Assert.That(tokenizer.TokenText(normalised), Is.EqualTo("<Tool>"));
        });
    }

    [Test]
    public void Decode_MalformedUtf8_GivesReplacementCharacters()
    {
        var tokenizer = TokenizerJson.Load(TokenizerJson.ByteLevel());
        Assert.That(tokenizer.Decode(['a', 0xE6, 'b']), Is.EqualTo("a\uFFFDb"));
    }

    [Test]
    public void EncodeThenDecode_AnyText_GivesItBack()
    {
        var tokenizer = TokenizerJson.Load(TokenizerJson.ByteLevel("a b", "ab c", "t h", "th e"));
        Prop.ForAll<NonNull<string>>(text =>
        {
            // Lone surrogates have no UTF-8.
            var valid = string.Concat(text.Get.EnumerateRunes());
            return tokenizer.Decode(tokenizer.Encode(valid)) == valid;
        }).QuickCheckThrowOnFailure();
    }
}
