using System.Xml.Linq;
using FsCheck;
using FsCheck.Fluent;

namespace Convergence.Reporting.Tests.Pages;

public sealed class MarkupTests
{
    [Test]
    public void Escape_OfAnyText_IsReadBackByAnXmlReader_AsContentAndAsAttribute() =>
        Prop.ForAll<string?>(text =>
        {
            var given = text ?? "";
            var element = XElement.Parse($"<a b=\"{Markup.Escape(given)}\">{Markup.Escape(given)}</a>", LoadOptions.PreserveWhitespace);

            // Line ends become line feeds and, in an attribute, white space a space; what XML forbids becomes U+FFFD.
            var expected = string.Concat(given.EnumerateRunes().Select(rune => Expected(rune.Value)))
                .Replace("\r\n", "\n", StringComparison.Ordinal)
                .Replace('\r', '\n');
            return element.Value == expected && element.Attribute("b")!.Value == expected.Replace('\n', ' ').Replace('\t', ' ');
        }).QuickCheckThrowOnFailure();

    [TestCase("<script>", "&lt;script&gt;")]
    [TestCase("\" onload='x'", "&quot; onload=&#39;x&#39;")]
    [TestCase("a & b &amp;", "a &amp; b &amp;amp;")]
    [TestCase("bell\u0007\u001b[31m", "bell\uFFFD\uFFFD[31m")]
    [TestCase("模型 ☂ 😀", "模型 ☂ 😀")]
    public void Escape_LeavesNothingThatActs(string text, string expected) => Assert.That(Markup.Escape(text), Is.EqualTo(expected));

    [Test]
    public void Escape_OfHalfACharacter_IsAReplacement() => Assert.That(Markup.Escape("a\ud800b"), Is.EqualTo("a\uFFFDb"));

    [TestCase(1.23456, "1.23")]
    [TestCase(-0.5, "-0.5")]
    [TestCase(1e-9, "0")]
    [TestCase(100, "100")]
    public void Number_HasAtMostTwoDecimals(double value, string expected) => Assert.That(Markup.Number(value), Is.EqualTo(expected));

    private static string Expected(int rune) => rune switch
    {
        '\t' or '\n' or '\r' => ((char)rune).ToString(),
        < 0x20 or (>= 0x7F and < 0xA0) or 0xFFFE or 0xFFFF => "\uFFFD",
        _ => char.ConvertFromUtf32(rune),
    };
}
