using System.Collections.Frozen;
using Convergence.Optimization.Evaluators.Ported;

namespace Convergence.Optimization.Evaluators;

/// <summary>The evaluators that a configuration may name as <c>module</c> and <c>function</c> without anything to install.</summary>
public static class BuiltInEvaluators
{
    private static readonly FrozenDictionary<string, IEvaluator> ByName = new IEvaluator[]
    {
        new TextQualityEvaluator(),
        new JsonStructureEvaluator(),
        new JsonValidityEvaluator(),
        new CodeQualityEvaluator(),
        new PythonSyntaxEvaluator(),
        GroqResponseEvaluator.Balanced,
        GroqResponseEvaluator.SpeedOptimized,
        OpenAiResponseEvaluator.Standard,
        OpenAiResponseEvaluator.Reasoning,
        new AzureResponseEvaluator(),
        new BrowserBaseEvaluator(),
        AgentResponseEvaluator.Discord,
        AgentResponseEvaluator.Gmail,
        AgentResponseEvaluator.Reddit,
    }.ToFrozenDictionary(evaluator => evaluator.Name, StringComparer.Ordinal);

    /// <summary>All names, in order.</summary>
    public static IEnumerable<string> Names => ByName.Keys.Order(StringComparer.Ordinal);

    /// <param name="name"><c>module.function</c>; the packages of a longer module path do not count.</param>
    /// <returns><see langword="null"/> where there is none.</returns>
    public static IEvaluator? Find(string name)
    {
        var parts = name.Split('.');
        return parts.Length < 2 ? null : ByName.GetValueOrDefault($"{parts[^2]}.{parts[^1]}");
    }
}
