namespace Convergence.Optimization.Evaluators.Code;

/// <summary>What a language's reader finds in a piece of code, each from 0 to 1.</summary>
/// <param name="Syntax">How well-formed it is.</param>
/// <param name="Complexity">How simple its control flow is.</param>
/// <param name="Structure">Whether it is made of functions and long enough.</param>
/// <param name="Quality">Documentation, types, handling of errors.</param>
internal readonly record struct CodeMeasures(double Syntax, double Complexity, double Structure, double Quality);
