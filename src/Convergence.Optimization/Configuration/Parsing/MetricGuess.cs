using Convergence.Foundation.Yaml;

namespace Convergence.Optimization.Configuration.Parsing;

/// <summary>
/// How a metric is scored of which only the name is known. The original ended there; files of its successor say no more, so names that can
/// mean one thing only are taken to mean it.
/// </summary>
internal static class MetricGuess
{
    public static MetricKind Of(string name, YamlSection metrics, ConfigReading reading)
    {
        MetricKind? kind = name.ToLowerInvariant() switch
        {
            "accuracy" => MetricKind.ExactMatch,
            "speed" => MetricKind.Latency,
            var word when word.StartsWith("latency", StringComparison.Ordinal) => MetricKind.Latency,
            var word when word.StartsWith("cost", StringComparison.Ordinal) => MetricKind.Cost,
            "quality" or "response_quality" => MetricKind.TextQuality,
            "similarity" => MetricKind.Similarity,
            "diversity" => MetricKind.Diversity,
            _ => null,
        };
        if (kind is { } known)
        {
            reading.Inform(
                metrics.NameOf(name),
                $"has no type and there is no evaluator; it is scored as {MetricNames.Of(known)}. Give it a type to change that.");
        }

        return kind ?? MetricKind.Custom;
    }
}
