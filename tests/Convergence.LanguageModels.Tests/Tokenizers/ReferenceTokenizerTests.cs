using System.Text.Json;
using Convergence.LanguageModels.Tests.Architectures;
using Convergence.LanguageModels.Tokenizers;

namespace Convergence.LanguageModels.Tests.Tokenizers;

/// <summary>A learned byte-level tokenizer against ids made by an independent encoder.</summary>
public sealed class ReferenceTokenizerTests
{
    [Test]
    public void Encode_ReferenceTexts_GivesTheReferenceIdsAndDecodesBack()
    {
        var path = Reference.PathOf("bpe_byte_level");
        var tokenizer = Tokenizer.Load(path);
        using var vectors = JsonDocument.Parse(File.ReadAllText(Path.Combine(path, "bpe_vectors.json")));
        Assert.That(vectors.RootElement.GetArrayLength(), Is.GreaterThan(40));
        Assert.Multiple(() =>
        {
            foreach (var vector in vectors.RootElement.EnumerateArray())
            {
                var text = vector.GetProperty("text").GetString()!;
                var ids = vector.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()).ToArray();
                Assert.That(tokenizer.Encode(text, addSpecialTokens: false), Is.EqualTo(ids), text);
                Assert.That(tokenizer.Decode(ids), Is.EqualTo(text));
                Assert.That(tokenizer.Encode(text), Is.EqualTo(tokenizer.PrefixTokens.Concat(ids)), text);
            }
        });
    }
}
