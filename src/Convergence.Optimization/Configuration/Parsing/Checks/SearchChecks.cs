namespace Convergence.Optimization.Configuration.Parsing.Checks;

/// <summary>How much is searched, and what stops it.</summary>
internal static class SearchChecks
{
    public static void Run(OptimizationConfig config, ConfigReading reading)
    {
        var search = config.Optimization;
        CheckSize(config, reading);
        CheckBaseline(config, reading);
        if (search.Budget is { Duration: null, Dollars: null, Calls: null, Tokens: null } && !config.Api.MockMode)
        {
            reading.Inform(
                "optimization.budget",
                "is not given: nothing but generations and early stopping ends the run. Give usd, calls, tokens or minutes.");
        }

        if (search.Budget.Calls < config.Evaluation.TestCases.Length)
        {
            reading.Warn(
                "optimization.budget.calls",
                $"{search.Budget.Calls} calls do not serve even one configuration on all {config.Evaluation.TestCases.Length} test cases.");
        }

        if (search.ExperimentsPerGeneration >= search.Evolution.PopulationSize)
        {
            reading.Inform(
                "optimization.execution.experiments_per_generation",
                $"{search.ExperimentsPerGeneration} limits nothing: a generation has {search.Evolution.PopulationSize} configurations.");
        }
    }

    private static void CheckSize(OptimizationConfig config, ConfigReading reading)
    {
        var evolution = config.Optimization.Evolution;
        var planned = (long)evolution.Generations * evolution.PopulationSize;
        if (ParameterSpace.Of(config.SearchSpace).Size is { } size && size <= planned)
        {
            reading.Inform(
                "search_space.parameters",
                $"have {size} configurations at most, and {planned} are planned: each is tried once, and the run ends when all were.");
        }
    }

    private static void CheckBaseline(OptimizationConfig config, ConfigReading reading)
    {
        if (config.Optimization.Baseline is not { } baseline)
        {
            reading.Inform(
                "optimization.baseline",
                "is not given, so that no verdict can be: name the configuration in use, and the run ends with ship, don't ship, or how "
                + "many more cases would tell.");
        }
        else if (!ParameterSpace.Of(config.SearchSpace).TryFromParameters(baseline, out _, out var problem))
        {
            reading.Errors.Add("optimization.baseline", $"is no configuration of the search space: {problem}");
        }
    }
}
