using Convergence.Optimization.Evaluators.Code;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Evaluators;

/// <summary>
/// Code quality: .30 syntax + .25 <c>contains</c> + .20 complexity + .15 structure + .10 quality.
/// Reads <c>language</c> (Python where absent), <c>min_lines</c> (1) and <c>max_complexity</c> (20 branches per function).
/// Python that is not well-formed scores 0, as does anything below five characters.
/// </summary>
public sealed class CodeQualityEvaluator : IEvaluator
{
    private const int MinLength = 5;

    public string Name => "code_quality.score_code_quality";

    public double Score(EvaluatorInput input, string? metric)
    {
        var code = CodeBlock.Of(input.Text);
        if (code.Length < MinLength || Measure(code, input.Expected) is not { } measures)
        {
            return 0;
        }

        var score = (.30 * measures.Syntax) + (.25 * input.Expected.ShareContained(code)) + (.20 * measures.Complexity)
            + (.15 * measures.Structure) + (.10 * measures.Quality);
        return PythonRounding.Round(Math.Clamp(score, 0, 1), 3);
    }

    private static CodeMeasures? Measure(string code, Expectation expected)
    {
        var minLines = expected.Number("min_lines", 1);
        return expected.Text("language")?.ToLowerInvariant() switch
        {
            null or "python" or "py" => PythonCode.Measure(code, minLines, expected.Number("max_complexity", 20)),
            "javascript" or "js" or "typescript" or "ts" => JavaScriptCode.Measure(code, minLines),
            _ => OtherCode.Measure(code, minLines),
        };
    }
}
