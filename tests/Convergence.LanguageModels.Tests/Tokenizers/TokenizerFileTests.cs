using System.Text.Json.Nodes;
using Convergence.LanguageModels.Tokenizers;
using Convergence.Testing;

namespace Convergence.LanguageModels.Tests.Tokenizers;

/// <summary>What is not supported or malformed is refused by name.</summary>
public sealed class TokenizerFileTests
{
    private static IEnumerable<TestCaseData> BadFiles()
    {
        yield return Case("model type", file => file["model"]!["type"] = "Unigram", "Unigram", "$.model", "BPE");
        yield return Case("normalizer", file => file["normalizer"] = Part("BertNormalizer"), "BertNormalizer", "normalizer");
        yield return Case("pre-tokenizer", file => file["pre_tokenizer"] = Part("UnicodeScripts"), "UnicodeScripts", "pre-tokenizer");
        yield return Case("post-processor", file => file["post_processor"] = Part("BertProcessing"), "BertProcessing", "post-processor");
        yield return Case("decoder", file => file["decoder"] = Part("WordPiece"), "WordPiece", "decoder");
        yield return Case("dropout", file => file["model"]!["dropout"] = 0.1, "dropout", "null");
        yield return Case("prefix", file => file["model"]!["continuing_subword_prefix"] = "##", "continuing_subword_prefix");
        yield return Case("vocabulary", file => file["model"]!.AsObject().Remove("vocab"), "lacks 'vocab'");
        yield return Case("negative id", file => file["model"]!["vocab"]!["a"] = -1, "$.model.vocab.a", "-1");
        yield return Case("huge id", file => file["model"]!["vocab"]!["a"] = 2_000_000_000, "2000000000");
        yield return Case("unknown merge", file => file["model"]!["merges"] = new JsonArray("a q9"), "$.model.merges[0]", "q9");
        yield return Case("merge of three", file => file["model"]!["merges"] = new JsonArray("a b c"), "$.model.merges[0]", "pair");
        yield return Case("expression", file => file["pre_tokenizer"] = Split("(unclosed"), "(unclosed", "$.pre_tokenizer.pattern");
    }

    [TestCaseSource(nameof(BadFiles))]
    public void Load_BadFile_IsRefusedByName(Action<JsonObject> spoil, string[] expected)
    {
        var file = TokenizerJson.ByteLevel();
        spoil(file);
        var message = Assert.Throws<LanguageModelException>(() => TokenizerJson.Load(file)).Message;
        Assert.Multiple(() =>
        {
            Assert.That(message, Does.Contain("tokenizer.json"));
            foreach (var part in expected)
            {
                Assert.That(message, Does.Contain(part));
            }
        });
    }

    [Test]
    public void Load_NotJson_NamesTheFile()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory.Combine("tokenizer.json"), "{\"model\": ");
        Assert.That(() => Tokenizer.Load(directory.Path), Throws.TypeOf<LanguageModelException>().With.Message.Contains("tokenizer.json"));
    }

    [Test]
    public void Load_NoFile_NamesThePath()
    {
        using var directory = new TemporaryDirectory();
        Assert.That(
            () => Tokenizer.Load(directory.Path), Throws.InstanceOf<ConvergenceException>().With.Message.Contains("tokenizer.json"));
    }

    [Test]
    public void Encode_ExpressionThatNeverEnds_IsStopped()
    {
        var file = TokenizerJson.ByteLevel();
        file["pre_tokenizer"] = Split("(a+)+$");
        var tokenizer = TokenizerJson.Load(file);
        Assert.That(
            () => tokenizer.Encode(new string('a', 40) + "b"), Throws.TypeOf<LanguageModelException>().With.Message.Contains("(a+)+$"));
    }

    [Test]
    public void Load_Metaspace_MarksWords()
    {
        var file = TokenizerJson.ByteLevel();
        file["pre_tokenizer"] = new JsonObject { ["type"] = "Metaspace", ["replacement"] = "▁", ["prepend_scheme"] = "first" };
        file["decoder"] = new JsonObject { ["type"] = "Metaspace", ["replacement"] = "▁", ["prepend_scheme"] = "first" };
        file["model"]!["vocab"] = new JsonObject { ["▁"] = 0, ["a"] = 1, ["b"] = 2, ["▁a"] = 3, ["▁b"] = 4 };
        file["model"]!["merges"] = new JsonArray("▁ a", "▁ b");
        var end = TokenizerJson.AddSpecial(file, "<e>");
        var tokenizer = TokenizerJson.Load(file);
        Assert.Multiple(() =>
        {
            Assert.That(tokenizer.Encode("a b"), Is.EqualTo(new[] { 3, 4 }));
            Assert.That(tokenizer.Encode("a<e>b"), Is.EqualTo(new[] { 3, end, 2 }), "only the first piece gets the mark");
            Assert.That(tokenizer.Decode([3, 4]), Is.EqualTo("a b"));
        });
    }

    private static TestCaseData Case(string name, Action<JsonObject> spoil, params string[] expected) =>
        new TestCaseData(spoil, expected).SetArgDisplayNames(name);

    private static JsonObject Part(string type) => new() { ["type"] = type };

    private static JsonObject Split(string expression) => new()
    {
        ["type"] = "Split",
        ["pattern"] = new JsonObject { ["Regex"] = expression },
        ["behavior"] = "Isolated",
        ["invert"] = false,
    };
}
