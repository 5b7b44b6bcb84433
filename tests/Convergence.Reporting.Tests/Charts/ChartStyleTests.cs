using System.Globalization;
using System.Text.RegularExpressions;

namespace Convergence.Reporting.Tests.Charts;

/// <summary>What the styles promise: colours for everything that drawings name, and text that can be read, light and dark.</summary>
public sealed partial class ChartStyleTests
{
    private const double ReadableText = 4.5;

    [Test]
    public void HeatOf_RisesFromLeastToMost_AndKnowsNoOtherStep()
    {
        var steps = Enumerable.Range(-5, 111).Select(percent => ChartStyle.HeatOf(percent / 100.0).Cell).Distinct().ToList();
        Assert.That(steps, Is.EqualTo(Enumerable.Range(0, ChartStyle.HeatStepCount).Select(step => $"heat{step}")));
        Assert.That(ChartStyle.HeatOf(double.NaN).Cell, Is.EqualTo("heat0"));
        Assert.That(ChartStyle.HeatOf(double.PositiveInfinity).Cell, Is.EqualTo($"heat{ChartStyle.HeatStepCount - 1}"));
    }

    [Test]
    public void TextOnEveryHeat_CanBeRead([Values] bool dark)
    {
        var fills = FillsOf(dark);
        for (var step = 0; step < ChartStyle.HeatStepCount; step++)
        {
            Assert.That(
                Contrast(fills[$".chart .heat{step}"], fills[$".chart text.on{step}"]),
                Is.GreaterThanOrEqualTo(ReadableText),
                $"step {step}");
        }
    }

    [TestCase(".chart text")]
    [TestCase(".chart text.title")]
    [TestCase(".chart text.axis")]
    [TestCase(".chart text.tick")]
    public void TextOnThePaper_CanBeRead(string selector)
    {
        foreach (var dark in new[] { false, true })
        {
            var fills = FillsOf(dark);
            Assert.That(Contrast(fills[selector], fills[".chart .paper"]), Is.GreaterThanOrEqualTo(ReadableText), dark ? "dark" : "light");
        }
    }

    [Test]
    public void EverySeries_HasAColourOfItsOwn([Values] bool dark)
    {
        var css = Part(dark);
        var colours = Enumerable.Range(0, ChartStyle.SeriesCount)
            .Select(index => Regex.Match(css, $@"\.line{index} {{ stroke: (#[0-9a-f]{{6}})").Groups[1].Value)
            .ToList();
        Assert.That(colours, Is.Unique.And.All.Match("^#"));
        Assert.That(ChartStyle.SeriesOf(ChartStyle.SeriesCount), Is.Zero, "further series start over");
    }

    [Test]
    public void Dark_IsForScreensOnly()
    {
        Assert.That(ChartStyle.Css, Does.Contain("@media screen and (prefers-color-scheme: dark)"));
        Assert.That(PageStyle.Css, Does.Contain("@media screen and (prefers-color-scheme: dark)"));
        Assert.That(
            ChartStyle.Css + PageStyle.Css, Does.Not.Contain("@media (prefers-color-scheme"), "paper is white, whatever the screen is");
    }

    // Rules of the dark part override those of the light one.
    private static Dictionary<string, string> FillsOf(bool dark)
    {
        var fills = new Dictionary<string, string>();
        foreach (var part in dark ? new[] { Part(dark: false), Part(dark: true) } : [Part(dark: false)])
        {
            foreach (Match rule in FillRule().Matches(part))
            {
                foreach (var selector in rule.Groups["selectors"].Value.Split(','))
                {
                    fills[selector.Trim()] = rule.Groups["colour"].Value;
                }
            }
        }

        return fills;
    }

    private static string Part(bool dark)
    {
        var border = ChartStyle.Css.IndexOf("@media screen", StringComparison.Ordinal);
        return dark ? ChartStyle.Css[ChartStyle.Css.IndexOf('\n', border)..] : ChartStyle.Css[..border];
    }

    // WCAG 2.2, "contrast ratio" and "relative luminance".
    private static double Contrast(string first, string second)
    {
        var (a, b) = (Luminance(first), Luminance(second));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    private static double Luminance(string colour)
    {
        var parts = new[] { 1, 3, 5 }
            .Select(start => int.Parse(colour.AsSpan(start, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0)
            .Select(part => part <= 0.04045 ? part / 12.92 : Math.Pow((part + 0.055) / 1.055, 2.4)).ToArray();
        return (0.2126 * parts[0]) + (0.7152 * parts[1]) + (0.0722 * parts[2]);
    }

    [GeneratedRegex(@"(?m)^(?<selectors>[^{}@\n]+) \{[^}]*?(?<![-a-z])fill: (?<colour>#[0-9a-f]{6});", RegexOptions.ExplicitCapture)]
    private static partial Regex FillRule();
}
