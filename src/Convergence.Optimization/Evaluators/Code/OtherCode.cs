using System.Text.RegularExpressions;

namespace Convergence.Optimization.Evaluators.Code;

/// <summary>Measures code of any other language, of which only its length and common keywords are known.</summary>
internal static partial class OtherCode
{
    public static CodeMeasures Measure(string code, double minLines)
    {
        var lines = PythonCode.LineCount(code);
        return new CodeMeasures(
            .7,
            Control().Count(code) <= 10 ? 1 : .6,
            lines >= minLines ? 1 : lines / minLines,
            Comment().IsMatch(code) ? .7 : .5);
    }

    [GeneratedRegex(@"\b(if|for|while|switch|case|catch)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Control();

    [GeneratedRegex(@"//|/\*|#")]
    private static partial Regex Comment();
}
