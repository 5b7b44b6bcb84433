using Convergence.Foundation.Text;

namespace Convergence.Foundation.Tests.Text;

public sealed class SuggestionTests
{
    private static readonly string[] Known = ["weight", "density", "normalize", "lambda", "t"];

    [TestCase("wieght", "weight")]
    [TestCase("Weights", "weight")]
    [TestCase("normalise", "normalize")]
    [TestCase("lamda", "lambda")]
    [TestCase("density", "density")]
    [TestCase("temperature", null)]
    [TestCase("", "t")]
    [TestCase("xyz", null)]
    public void Closest_OfKnownWords_IsTheOneMeant(string word, string? expected) =>
        Assert.That(Suggestion.Closest(word, Known), Is.EqualTo(expected));

    [Test]
    public void Closest_OfAVeryLongWord_IsNone() =>
        Assert.That(Suggestion.Closest(new string('w', 100_000), Known), Is.Null);

    [Test]
    public void Phrase_WithAndWithoutASuggestion_EndsAMessage() =>
        Assert.Multiple(() =>
        {
            Assert.That(Suggestion.Phrase("wieght", Known), Is.EqualTo(" Did you mean \"weight\"?"));
            Assert.That(Suggestion.Phrase("gradient", Known), Is.Empty);
        });
}
