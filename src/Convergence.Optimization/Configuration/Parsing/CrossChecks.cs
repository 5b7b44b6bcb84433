namespace Convergence.Optimization.Configuration.Parsing;

/// <summary>What a configuration's writer should know that no key says alone.</summary>
internal static class CrossChecks
{
    public static void Run(OptimizationConfig config, ConfigReading reading)
    {
        CheckPopulation(config.Optimization.Evolution, reading);
    }

    private static void CheckPopulation(EvolutionConfig evolution, ConfigReading reading)
    {
        if (evolution.EliteSize >= evolution.PopulationSize)
        {
            reading.Warn(
                "optimization.evolution.elite_size",
                $"{evolution.EliteSize} survivors fill a generation of {evolution.PopulationSize}: no new configuration would ever come. "
                + $"{evolution.PopulationSize - 1} survive instead.");
        }
    }
}
