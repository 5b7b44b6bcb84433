using Convergence.Testing;

namespace Convergence.Merging.Tests.Models.Lora;

public sealed class LoraConfigTests
{
    [TestCase("""{"r": 4, "lora_alpha": 2}""", 0.5)]
    [TestCase("""{"r": 4}""", 2.0, Description = "PEFT's alpha is 8 where none is given")]
    public void ReadFile_Alpha_DecidesTheScale(string json, double scale) => Assert.That(Read(json).ScaleOf("q_proj"), Is.EqualTo(scale));

    [Test]
    public void ReadFile_AlphaWithoutValue_IsRefused() =>
        Assert.That(
            () => Read("""{"r": 4, "lora_alpha": null}"""),
            Throws.TypeOf<MergeException>().With.Message.Contains("\"lora_alpha\" is null"));

    private static LoraConfig Read(string json)
    {
        using var folder = new TemporaryDirectory();
        File.WriteAllText(folder.Combine(LoraConfig.FileName), json);
        return LoraConfig.ReadFile(folder.Combine(LoraConfig.FileName));
    }
}
