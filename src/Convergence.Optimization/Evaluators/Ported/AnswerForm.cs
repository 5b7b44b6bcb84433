using System.Text.RegularExpressions;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Evaluators.Ported;

/// <summary>Measures that the ported evaluators share.</summary>
internal static partial class AnswerForm
{
    private static readonly string[] CodeSigns = ["def ", "function ", "return ", "class ", "import ", "=", "{", "}"];

    /// <summary>.4 for a text that looks like the <c>format</c> asked for (text, code, list), .1 otherwise.</summary>
    public static double Format(string text, string? format) => LooksLike(text, format) ? .4 : .1;

    public static bool BeginsUpper(string text) => char.IsUpper(text.TrimStart().FirstOrDefault());

    /// <summary>Up to 1: one and a half times the share of different words.</summary>
    public static double Variety(string text) => Math.Min(1, 1.5 * Words.UniqueShare(text));

    /// <summary>
    /// 1 within <c>min_length</c> and <c>max_length</c> characters; the share reached, at least .3, below;
    /// and above, 1 less the share in excess weighed by <paramref name="excessWeight"/>, at least .5.
    /// </summary>
    public static double Length(string text, Expectation expected, double excessWeight)
    {
        var min = expected.Number("min_length", 0);
        var max = expected.Number("max_length", double.PositiveInfinity);
        return text.Length < min ? Math.Max(.3, text.Length / min)
            : text.Length > max ? Math.Max(.5, 1 - (excessWeight * (text.Length - max) / max))
            : 1;
    }

    private static bool LooksLike(string text, string? format) => format switch
    {
        "code" => CodeSigns.Any(sign => text.Contains(sign, StringComparison.Ordinal)),
        "list" => ListItem().IsMatch(text),
        _ => BeginsUpper(text),
    };

    [GeneratedRegex(@"[123]\.|[•\-*]")]
    private static partial Regex ListItem();
}
