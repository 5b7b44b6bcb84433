namespace Convergence.Optimization.Evaluators;

/// <summary>Scores answers, higher being better.</summary>
public interface IEvaluator
{
    /// <summary>The name by which a configuration asks for it: <c>module.function</c>.</summary>
    string Name { get; }

    /// <summary>Scores one answer.</summary>
    /// <param name="input">The answer, what was expected, and the configuration.</param>
    /// <param name="metric">The metric that is asked for; <see langword="null"/> asks for the evaluator's aggregate.</param>
    /// <returns>From 0 to 1.</returns>
    /// <exception cref="EvaluatorException">The answer cannot be scored; the score is then missing, not 0.</exception>
    double Score(EvaluatorInput input, string? metric);
}
