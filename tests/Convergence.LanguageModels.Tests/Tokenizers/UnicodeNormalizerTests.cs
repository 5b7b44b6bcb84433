using System.Text;
using Convergence.LanguageModels.Tokenizers;

namespace Convergence.LanguageModels.Tests.Tokenizers;

/// <summary>Cases of Unicode Standard Annex 15 and of its conformance test.</summary>
public sealed class UnicodeNormalizerTests
{
    // source, NFC, NFD, NFKC, NFKD
    [TestCase("plain", "plain", "plain", "plain", "plain")]
    [TestCase("e\u0301", "\u00E9", "e\u0301", "\u00E9", "e\u0301")]
    [TestCase("\u1E9B\u0323", "\u1E9B\u0323", "\u017F\u0323\u0307", "\u1E69", "s\u0323\u0307")]
    [TestCase("\uFB01", "\uFB01", "\uFB01", "fi", "fi")]
    [TestCase("2\u2075", "2\u2075", "2\u2075", "25", "25")]
    [TestCase("\u212B", "\u00C5", "A\u030A", "\u00C5", "A\u030A")]
    [TestCase("\u0958", "\u0915\u093C", "\u0915\u093C", "\u0915\u093C", "\u0915\u093C")]
    [TestCase("\uAC01", "\uAC01", "\u1100\u1161\u11A8", "\uAC01", "\u1100\u1161\u11A8")]
    [TestCase("\u1100\u1161", "\uAC00", "\u1100\u1161", "\uAC00", "\u1100\u1161")]
    [TestCase("a\u0315\u0300\u05AE\u0062", "\u00E0\u05AE\u0315b", "a\u05AE\u0300\u0315b", "\u00E0\u05AE\u0315b", "a\u05AE\u0300\u0315b")]
    [TestCase("\u0B47\u0300\u0B3E", "\u0B47\u0300\u0B3E", "\u0B47\u0300\u0B3E", "\u0B47\u0300\u0B3E", "\u0B47\u0300\u0B3E")]
    [TestCase("\U0001D15E", "\U0001D157\U0001D165", "\U0001D157\U0001D165", "\U0001D157\U0001D165", "\U0001D157\U0001D165")]
    public void Normalize_AnnexCases_GiveAllFourForms(
        string source, string composed, string decomposed, string compatible, string compatibleDecomposed) =>
        Assert.Multiple(() =>
        {
            Assert.That(new UnicodeNormalizer(NormalizationForm.FormC).Normalize(source), Is.EqualTo(composed));
            Assert.That(new UnicodeNormalizer(NormalizationForm.FormD).Normalize(source), Is.EqualTo(decomposed));
            Assert.That(new UnicodeNormalizer(NormalizationForm.FormKC).Normalize(source), Is.EqualTo(compatible));
            Assert.That(new UnicodeNormalizer(NormalizationForm.FormKD).Normalize(source), Is.EqualTo(compatibleDecomposed));
        });
}
