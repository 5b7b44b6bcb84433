namespace Convergence.Optimization.Evaluators;

/// <summary>1 for an answer that is JSON, fenced as a code block or not; 0 otherwise.</summary>
public sealed class JsonValidityEvaluator : IEvaluator
{
    public string Name => "json_structure.score_json_validity";

    public double Score(EvaluatorInput input, string? metric) => JsonAnswer.TryRead(input.Response, out _) ? 1 : 0;
}
