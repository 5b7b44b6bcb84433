using Convergence.Optimization.Evaluators.Code;

namespace Convergence.Optimization.Evaluators;

/// <summary>1 for well-formed Python (<see cref="PythonOutline"/> says what is looked at), 0 otherwise.</summary>
public sealed class PythonSyntaxEvaluator : IEvaluator
{
    public string Name => "code_quality.score_python_syntax";

    public double Score(EvaluatorInput input, string? metric) => PythonOutline.Read(CodeBlock.Of(input.Text)) is null ? 0 : 1;
}
