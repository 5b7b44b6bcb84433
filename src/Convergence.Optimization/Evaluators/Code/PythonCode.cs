using System.Text.RegularExpressions;

namespace Convergence.Optimization.Evaluators.Code;

/// <summary>Measures Python code.</summary>
internal static partial class PythonCode
{
    /// <returns><see langword="null"/> for code that is not well-formed.</returns>
    public static CodeMeasures? Measure(string code, double minLines, double maxComplexity)
    {
        if (PythonOutline.Read(code) is not { } outline)
        {
            return null;
        }

        var average = (double)outline.BranchCount / Math.Max(1, outline.FunctionCount);
        var complexity = average <= .5 * maxComplexity ? 1 : average <= maxComplexity ? .7 : .4;
        var structure = .5 + (outline.FunctionCount + outline.ClassCount > 0 ? .3 : 0) + (LineCount(code) >= minLines ? .2 : 0);
        var quality = .5 + (outline.HasDocstring ? .2 : 0) + (Annotation().IsMatch(code) ? .2 : 0) + (outline.HasHandler ? .1 : 0);
        return new CodeMeasures(1, complexity, structure, quality);
    }

    public static int LineCount(string code) => code.Split('\n').Count(line => !string.IsNullOrWhiteSpace(line));

    [GeneratedRegex(@":\s*\w+")]
    private static partial Regex Annotation();
}
