using System.Text.Json;
using Convergence.LanguageModels.Tokenizers;
using Convergence.Testing;

namespace Convergence.LanguageModels.Tests.Tokenizers;

/// <summary>A real SentencePiece-style tokenizer with byte fallback, against ids made by other programs.</summary>
public sealed class Stories260kTokenizerTests
{
    private const int Bos = 1;

    private static (Tokenizer Tokenizer, JsonElement Vectors) Load()
    {
        if (!SharedData.TryFind(out var path, out var reason, "data", "models", "stories260k"))
        {
            Assert.Ignore(reason);
        }

        using var vectors = JsonDocument.Parse(File.ReadAllText(Path.Combine(path, "reference", "tokenizer_vectors.json")));
        return (Tokenizer.Load(Path.Combine(path, "hf")), vectors.RootElement.Clone());
    }

    [Test]
    public void Encode_ReferenceTexts_GivesTheReferenceIds()
    {
        var (tokenizer, vectors) = Load();
        Assert.Multiple(() =>
        {
            foreach (var vector in vectors.EnumerateArray())
            {
                // The vectors start with BOS, which this file has no template for.
                var text = vector.GetProperty("text").GetString()!;
                var expected = vector.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32());
                Assert.That(new[] { Bos }.Concat(tokenizer.Encode(text)), Is.EqualTo(expected), text);
            }
        });
    }

    [Test]
    public void Decode_ReferenceIds_GivesTheReferenceTexts()
    {
        var (tokenizer, vectors) = Load();
        Assert.Multiple(() =>
        {
            foreach (var vector in vectors.EnumerateArray())
            {
                var ids = vector.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()).ToArray();
                Assert.That(tokenizer.Decode(ids), Is.EqualTo(vector.GetProperty("text").GetString()));
            }
        });
    }

    [Test]
    public void TokenBytes_OfAText_AreItsUtf8AfterTheFirstSpace()
    {
        var (tokenizer, _) = Load();
        const string Text = "naïve – 日本 🙂 ends";
        var bytes = tokenizer.Encode(Text).SelectMany(tokenizer.TokenBytes).ToArray();
        Assert.That(System.Text.Encoding.UTF8.GetString(bytes), Is.EqualTo(" " + Text));
    }
}
