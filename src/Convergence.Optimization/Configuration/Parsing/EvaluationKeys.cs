using Convergence.Foundation.Yaml;

namespace Convergence.Optimization.Configuration.Parsing;

/// <summary>The section <c>evaluation</c>.</summary>
internal static class EvaluationKeys
{
    private const double DefaultHoldOut = .3;
    private const int LeastCasesToHoldOut = 10;
    private const int MaxRepeats = 1000;

    public static EvaluationConfig Read(YamlSection root, ConfigReading reading, ulong seed)
    {
        var section = root.Section("evaluation");
        var evaluator = ReadEvaluator(section, reading);
        var cases = TestCaseKeys.Read(section, reading, seed);
        var metrics = MetricKeys.Read(section, reading, evaluator);
        var isFewCases = cases.Cases.DistinctBy(made => made.Original ?? made.Id).Count() < LeastCasesToHoldOut;
        var evaluation = new EvaluationConfig
        {
            TestCases = cases.Cases,
            NominalCaseCount = cases.NominalCount,
            Metrics = metrics,
            CustomEvaluator = evaluator,
            HoldOut = section.Number("hold_out", isFewCases ? 0 : DefaultHoldOut, 0, .9),
            Repeats = section.Integer("repeats", 1, 1, MaxRepeats),
            IsPareto = ReadObjectives(section),
            Judge = JudgeKeys.Read(section, "judge", reading),
            Embedding = JudgeKeys.ReadEmbedding(section, reading),
        };
        reading.NoteUnknownKeys(section);
        return evaluation;
    }

    /// <summary>A metric's own evaluator, or the successor's key for all: <c>module.function</c>.</summary>
    public static EvaluatorReference? ParseReference(YamlSection section, string key, ConfigReading reading)
    {
        if (section.Text(key) is not { } text)
        {
            return null;
        }

        var dot = text.LastIndexOf('.');
        if (dot <= 0 || dot == text.Length - 1 || text.EndsWith(".py", StringComparison.Ordinal))
        {
            section.Fail(key, $"'{text}' is not module.function.");
            return null;
        }

        return Checked(section, key, text[..dot], text[(dot + 1)..], reading);
    }

    private static EvaluatorReference? ReadEvaluator(YamlSection evaluation, ConfigReading reading)
    {
        var section = evaluation.Section("custom_evaluator");
        var module = section.Text("module");
        var (named, ofClass) = (section.Text("function"), section.Text("class"));
        var function = named ?? ofClass;
        var isEnabled = section.Flag("enabled", module is not null);
        reading.NoteUnknownKeys(section);
        var dotted = ParseReference(evaluation, "evaluator", reading);
        if (!isEnabled)
        {
            return dotted;
        }

        if (module is null || function is null)
        {
            section.Fail(module is null ? "module" : "function", "missing. Name the evaluator's module and its function.");
            return null;
        }

        return Checked(section, "module", module, function, reading);
    }

    private static EvaluatorReference? Checked(
        YamlSection section, string key, string module, string function, ConfigReading reading)
    {
        var isPath = module.Contains('/', StringComparison.Ordinal) || module.EndsWith(".py", StringComparison.OrdinalIgnoreCase);
        if (isPath && !reading.IsAllowed(section.NameOf(key), Path.GetFullPath(module, reading.Directory)))
        {
            section.Fail(key, $"'{module}' leads out of the configuration's directory, {reading.Directory}. Move it there.");
            return null;
        }

        return new EvaluatorReference(module, function);
    }

    private static bool ReadObjectives(YamlSection section)
    {
        switch (section.Text("objectives"))
        {
            case null or "weighted":
                return false;
            case "pareto":
                return true;
            case var text:
                section.Fail("objectives", $"'{text}' is neither weighted nor pareto.");
                return false;
        }
    }
}
