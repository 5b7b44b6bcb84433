using System.Globalization;
using System.Text;

namespace Convergence.Reporting;

/// <summary>
/// The looks of every chart, for light and dark pages. The series colours are those of Okabe and Ito ("Color Universal Design",
/// 2008), which stay apart under the common colour-vision deficiencies; on dark pages the dark ones are lightened.
/// </summary>
public static class ChartStyle
{
    private static readonly string[] Light =
        ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#7a7a7a", "#b8a800"];

    private static readonly string[] Dark =
        ["#3d9fdc", "#f0b232", "#22bd91", "#dd93bb", "#7cc8f2", "#ee7b33", "#a8a8a8", "#f0e442"];

    // From little to much, in steps of equal visible difference; on dark pages much is light.
    private static readonly string[] LightHeat =
        ["#f3f7fb", "#e0ebf5", "#cbdff0", "#b2d0e9", "#95bfe0", "#77acd6", "#5a98ca", "#4083bc", "#2a6dab", "#1a5894", "#0f4377"];

    private static readonly string[] DarkHeat =
        ["#1a222b", "#1e2d3b", "#22394d", "#264760", "#2b5675", "#32678c", "#3d7aa3", "#4f90ba", "#6aa8cf", "#8fc2e2", "#bcdcf1"];

    private const string Black = "#0d1014";
    private const string White = "#ffffff";

    /// <summary>How many series have a colour of their own; further ones start over.</summary>
    public static int SeriesCount => Light.Length;

    /// <summary>The styles; every rule is confined to elements of class <c>chart</c>.</summary>
    public static string Css { get; } = Build();

    /// <summary>The class suffix of a series: <c>line3</c>, <c>fill3</c>.</summary>
    public static int SeriesOf(int index) => index % Light.Length;

    /// <summary>How many steps a heat map's colours have: classes <c>heat0</c> (least) and up.</summary>
    public static int HeatStepCount => LightHeat.Length;

    /// <summary>The classes of a heat map's cell and of the text on it.</summary>
    /// <param name="share">How much, from 0 to 1; values beyond count as the end.</param>
    public static (string Cell, string Text) HeatOf(double share)
    {
        var step = (int)Math.Clamp(Math.Round(share * (HeatStepCount - 1)), 0, HeatStepCount - 1);
        return (FormattableString.Invariant($"heat{step}"), FormattableString.Invariant($"cell on{step}"));
    }

    private static string Build()
    {
        var css = new StringBuilder("""
            .chart { font-family: system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; max-width: 100%; height: auto; }
            .chart text { font-size: 12.5px; fill: #333a42; }
            .chart text.title { font-size: 15px; font-weight: 600; fill: #14181d; }
            .chart text.axis { font-size: 12.5px; fill: #59636e; }
            .chart text.tick { font-size: 11.5px; fill: #59636e; }
            .chart text.strong { font-weight: 600; }
            .chart .paper { fill: #ffffff; }
            .chart .grid { stroke: #e3e6ea; stroke-width: 1; }
            .chart .frame { stroke: #8b949e; stroke-width: 1; }
            .chart .band { fill: #f4f6f8; }
            .chart .limit { stroke: #59636e; stroke-width: 1.5; stroke-dasharray: 3 4; }
            .chart .line { fill: none; stroke-width: 2.5; stroke-linejoin: round; stroke-linecap: round; }
            .chart .dashed { stroke-dasharray: 7 5; stroke-width: 2; }
            .chart .whisker { stroke-width: 1.8; stroke-linecap: round; }
            .chart .area { stroke: #ffffff; stroke-width: 1.5; stroke-linejoin: round; }
            .chart .ring { fill: #ffffff; stroke-width: 2; }
            .chart text.cell { font-size: 11px; }

            """);
        AppendSeries(css, string.Empty, Light);
        AppendHeat(css, LightHeat, onLittle: Black, onMuch: White, firstMuch: 8);
        css.Append("""
            @media screen and (prefers-color-scheme: dark) {
            .chart text { fill: #d5dae0; }
            .chart text.title { fill: #f2f4f6; }
            .chart text.axis, .chart text.tick { fill: #a3adb8; }
            .chart .paper { fill: #15191e; }
            .chart .grid { stroke: #2c333b; }
            .chart .frame { stroke: #6e7882; }
            .chart .band { fill: #1b2027; }
            .chart .limit { stroke: #a3adb8; }
            .chart .area { stroke: #15191e; }
            .chart .ring { fill: #15191e; }

            """);
        AppendSeries(css, string.Empty, Dark);
        AppendHeat(css, DarkHeat, onLittle: White, onMuch: Black, firstMuch: 7);
        return css.Append("}\n").ToString();
    }

    private static void AppendSeries(StringBuilder css, string prefix, string[] colours)
    {
        for (var index = 0; index < colours.Length; index++)
        {
            css.Append(
                CultureInfo.InvariantCulture,
                $"{prefix}.chart .line{index} {{ stroke: {colours[index]}; "
                + $"}}\n{prefix}.chart .fill{index}:not(.ring) {{ fill: {colours[index]}; }}\n");
        }
    }

    // Text on a cell keeps a contrast of 4.5 to 1 on every step (WCAG 2.2, success criterion 1.4.3).
    private static void AppendHeat(StringBuilder css, string[] colours, string onLittle, string onMuch, int firstMuch)
    {
        for (var step = 0; step < colours.Length; step++)
        {
            css.Append(CultureInfo.InvariantCulture, $".chart .heat{step} {{ fill: {colours[step]}; }}\n")
                .Append(CultureInfo.InvariantCulture, $".chart text.on{step} {{ fill: {(step < firstMuch ? onLittle : onMuch)}; }}\n");
        }
    }
}
