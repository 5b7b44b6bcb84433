using Convergence.LanguageModels.Generation;
using Convergence.LanguageModels.Tests.Tokenizers;
using Convergence.LanguageModels.Tokenizers;
using Convergence.Tensors.Cpu;

namespace Convergence.LanguageModels.Tests.Generation;

public sealed class TextGeneratorTests
{
    private const int Bos = 256;
    private const int Eos = 257;

    private readonly CpuDevice _device = new(2);

    [OneTimeTearDown]
    public void Release() => _device.Dispose();

    [Test]
    public void Generate_StopTexts_EndEachTextBeforeTheEarliest()
    {
        using var model = Alphabet();
        var texts = Generate(model, ["a", "k"], ["ef", "nop", "op"]);
        Assert.That(texts, Is.EqualTo(new[] { ("bcd", FinishReason.Stop), ("lm", FinishReason.Stop) }));
    }

    [Test]
    public void Generate_EndTokenOrLength_EndsAsWell()
    {
        using var model = Alphabet();
        Assert.That(Generate(model, ["x", "a"], []), Is.EqualTo(new[] { ("yz", FinishReason.Stop), ("bcdefghi", FinishReason.Length) }));
    }

    [Test]
    public void Generate_EmptyPrompt_ContinuesFromBos()
    {
        using var model = Alphabet();
        Assert.That(Generate(model, [""], ["d"]), Is.EqualTo(new[] { ("abc", FinishReason.Stop) }));
    }

    [Test]
    public void Generate_NoTokenizer_IsAClearError()
    {
        using var model = Alphabet();
        Assert.That(
            () => new TextGenerator(model, new ModelTokenizer(null, Bos, [])),
            Throws.TypeOf<LanguageModelException>().With.Message.Contains("tokenizer.json"));
    }

    // a to z, then the end; BOS is followed by a.
    private LanguageModel Alphabet() =>
        ToyModels.Bigram(
            _device, 258, (previous, next) => next == (previous switch { Bos => 'a', 'z' => Eos, _ => previous + 1 }) ? 20 : 0);

    private static (string Text, FinishReason Reason)[] Generate(LanguageModel model, string[] prompts, string[] stops)
    {
        var tokenizer = new ModelTokenizer(TokenizerJson.Load(TokenizerJson.ByteLevelWithBos()), Bos, [Eos]);
        var generated = new TextGenerator(model, tokenizer).Generate(prompts, new GenerationOptions { MaxNewTokens = 8 }, stops);
        return [.. generated.Select(text => (text.Text, text.Sequence.Reason))];
    }
}
