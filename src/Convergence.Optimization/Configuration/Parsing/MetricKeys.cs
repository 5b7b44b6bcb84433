using System.Collections.Frozen;
using System.Collections.Immutable;
using Convergence.Foundation.Yaml;

namespace Convergence.Optimization.Configuration.Parsing;

/// <summary>
/// The section <c>evaluation.metrics</c>, and the SDK's <c>required_metrics</c>, <c>weights</c> and <c>thresholds</c>. How a metric is
/// scored is told, in this order, by its type, by its name, by its function, by the evaluator.
/// </summary>
internal static class MetricKeys
{
    private const double MaxWeight = 1e6;

    private static readonly FrozenDictionary<string, MetricKind> Types = new Dictionary<string, MetricKind>
    {
        ["custom"] = MetricKind.Custom,
        ["latency"] = MetricKind.Latency,
        ["latency_penalty"] = MetricKind.Latency,
        ["cost"] = MetricKind.Cost,
        ["cost_normalized"] = MetricKind.Cost,
        ["success_rate"] = MetricKind.SuccessRate,
        ["exact_match"] = MetricKind.ExactMatch,
        ["similarity"] = MetricKind.Similarity,
        ["llm_judge"] = MetricKind.LlmJudge,
        ["cosine_similarity"] = MetricKind.CosineSimilarity,
        ["diversity_score"] = MetricKind.Diversity,
        ["diversity"] = MetricKind.Diversity,
        ["text_quality"] = MetricKind.TextQuality,
        ["json_structure"] = MetricKind.JsonStructure,
        ["code_quality"] = MetricKind.CodeQuality,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, bool> Directions = new Dictionary<string, bool>
    {
        ["higher_is_better"] = false,
        ["lower_is_better"] = true,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // The original knows these names, whatever else is said of the metric.
    private static readonly FrozenDictionary<string, MetricKind> Names = new Dictionary<string, MetricKind>
    {
        ["latency_ms"] = MetricKind.Latency,
        ["cost_usd"] = MetricKind.Cost,
        ["success_rate"] = MetricKind.SuccessRate,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static ImmutableArray<MetricConfig> Read(YamlSection evaluation, ConfigReading reading, EvaluatorReference? evaluator)
    {
        var section = evaluation.Section("metrics");
        var weights = evaluation.Section("weights");
        var thresholds = evaluation.Section("thresholds");
        var required = evaluation.TextList("required_metrics") ?? [];
        string[] names = [.. section.Keys.Concat(required).Concat(weights.Keys).Distinct(StringComparer.Ordinal)];
        if (names.Length == 0)
        {
            evaluation.Fail("metrics", "missing. Give at least one, such as quality: {weight: 1.0, type: llm_judge}.");
        }

        foreach (var name in thresholds.Keys.Where(name => thresholds.Value(name) is YamlMap).ToArray())
        {
            reading.Warn(thresholds.NameOf(name), "does nothing: bands of scores are not read. Give one number.");
        }

        ImmutableArray<MetricConfig> metrics = [.. names.Select(name => One(section, name, reading, evaluator))];
        metrics =
        [
            .. metrics.Select(metric => metric with
            {
                Weight = weights.Number(metric.Name, metric.Weight, 0, MaxWeight),
                Threshold = Threshold(thresholds, metric.Name) ?? metric.Threshold,
            }),
        ];
        if (metrics.Length > 0 && metrics.Sum(metric => metric.Weight) <= 0 && evaluation.ErrorCount == 0)
        {
            evaluation.Fail(
                "metrics", "the weights sum to 0, so that every configuration would score the same. Give one a weight above 0.");
        }

        reading.NoteUnknownKeys(thresholds);
        return metrics;
    }

    private static double? Threshold(YamlSection section, string key) => section.Value(key) is YamlMap
        ? null
        : section.OptionalNumber(key, double.NegativeInfinity, double.PositiveInfinity);

    private static MetricConfig One(YamlSection metrics, string name, ConfigReading reading, EvaluatorReference? evaluator)
    {
        // A number alone is a weight.
        if (metrics.Value(name) is YamlScalar)
        {
            var plain = new MetricConfig { Name = name, Weight = metrics.Number(name, 1, 0, MaxWeight) };
            return Dispatch(plain, section: null, metrics, reading, evaluator);
        }

        var section = metrics.Section(name);
        var metric = new MetricConfig
        {
            Name = name,
            Weight = section.Number("weight", 1, 0, MaxWeight),
            Threshold = section.OptionalNumber("threshold", double.NegativeInfinity, double.PositiveInfinity),
            BudgetPerCall = section.OptionalNumber("budget_per_call", 0, double.PositiveInfinity, minAllowed: false),
            Rubric = section.Text("rubric"),
            Evaluator = EvaluationKeys.ParseReference(section, "evaluator", reading),
        };
        _ = section.Value("description");
        metric = Dispatch(metric, section, metrics, reading, evaluator);
        reading.NoteUnknownKeys(section);
        return metric;
    }

    private static MetricConfig Dispatch(
        MetricConfig metric, YamlSection? section, YamlSection metrics, ConfigReading reading, EvaluatorReference? evaluator)
    {
        var (kind, isLower) = section is null ? default : ReadType(section);
        var function = section?.Word("function", Types);
        var hasEvaluator = (metric.Evaluator ?? evaluator) is not null;
        var found = kind
            ?? (Names.TryGetValue(metric.Name, out var known) ? known : (MetricKind?)null)
            ?? function
            ?? (hasEvaluator ? MetricKind.Custom : MetricGuess.Of(metric.Name, metrics, reading));
        var isOriented = found is MetricKind.Custom or MetricKind.Latency or MetricKind.Cost;
        var invert = section?.Flag("invert", defaultValue: isLower && !isOriented) ?? false;
        return metric with { Kind = found, IsLowerBetter = invert };
    }

    // type is a direction in the original's files and a kind in the seeds'.
    private static (MetricKind? Kind, bool IsLower) ReadType(YamlSection section)
    {
        if (section.Text("type") is not { } text)
        {
            return (null, false);
        }

        return Directions.TryGetValue(text, out var isLower)
            ? (null, isLower)
            : (section.ParseWord("type", text, Types), false);
    }
}
