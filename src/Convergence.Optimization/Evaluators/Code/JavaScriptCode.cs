using System.Text.RegularExpressions;

namespace Convergence.Optimization.Evaluators.Code;

/// <summary>Measures JavaScript and TypeScript code by its brackets and keywords.</summary>
internal static partial class JavaScriptCode
{
    public static CodeMeasures Measure(string code, double minLines)
    {
        var isBalanced = code.Count(c => c == '{') == code.Count(c => c == '}') && code.Count(c => c == '(') == code.Count(c => c == ')');
        var branches = Branch().Count(code);
        return new CodeMeasures(
            isBalanced ? .8 : .3,
            branches <= 10 ? 1 : branches <= 20 ? .7 : .4,
            .5 + (Function().IsMatch(code) ? .3 : 0) + (PythonCode.LineCount(code) >= minLines ? .2 : 0),
            .5 + (Declaration().IsMatch(code) ? .2 : 0) + (Comment().IsMatch(code) ? .2 : 0) + (Handler().IsMatch(code) ? .1 : 0));
    }

    [GeneratedRegex(@"\b(if|for|while|switch|catch)\b")]
    private static partial Regex Branch();

    [GeneratedRegex(@"\bfunction\b|\)\s*=>")]
    private static partial Regex Function();

    [GeneratedRegex(@"\b(const|let)\b")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"//|/\*")]
    private static partial Regex Comment();

    [GeneratedRegex(@"\btry\b[\s\S]*\bcatch\b")]
    private static partial Regex Handler();
}
