namespace Convergence.Optimization.Configuration.Parsing.Checks;

/// <summary>What a configuration's writer should know that no key says alone. None of it is an error.</summary>
internal static class CrossChecks
{
    public static void Run(OptimizationConfig config, ConfigReading reading)
    {
        TargetChecks.Run(config, reading);
        SearchChecks.Run(config, reading);
        MetricChecks.Run(config, reading);
        EvaluatorChecks.Run(config, reading);
        CaseChecks.Run(config, reading);
        TemplateChecks.Run(config, reading);
    }
}
