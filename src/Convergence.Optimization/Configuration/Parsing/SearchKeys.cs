using System.Collections.Frozen;
using Convergence.Foundation.Text;
using Convergence.Foundation.Yaml;
using Convergence.Optimization.Calls.Spending;
using Convergence.Optimization.Runs.Searching;

namespace Convergence.Optimization.Configuration.Parsing;

/// <summary>The section <c>optimization</c>, and the SDK's <c>runner</c>.</summary>
internal static class SearchKeys
{
    private const int MaxPopulation = 100_000;
    private const double MaxBudget = 1e12;

    private static readonly SearchConfig Defaults = new();

    // Names of the original's documents beside its own.
    private static readonly FrozenDictionary<string, string> Aliases = new Dictionary<string, string>
    {
        ["genetic"] = "evolution",
        ["mab_only"] = "mab_evolution",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static SearchConfig Read(YamlSection root, ConfigReading reading)
    {
        var section = root.Section("optimization");
        var runner = root.Section("runner");
        var mab = section.Section("mab");
        var execution = section.Section("execution");
        var evolution = section.Section("evolution");
        var search = new SearchConfig
        {
            Algorithm = ReadAlgorithm(section, reading),
            Evolution = ReadEvolution(evolution, runner, reading),
            ExplorationRate = mab.Number("exploration_rate", Defaults.ExplorationRate, 0, 1),
            ConfidenceLevel = ReadConfidence(mab),
            ExperimentsPerGeneration = execution.OptionalInteger("experiments_per_generation", 1, MaxPopulation),
            ParallelWorkers = execution.Integer("parallel_workers", Defaults.ParallelWorkers, 1, 1024),
            MaxRetries = execution.Integer("max_retries", Defaults.MaxRetries, 0, 100),
            RetryDelaySeconds = execution.Number("retry_delay_seconds", Defaults.RetryDelaySeconds, 0, 3600),
            EarlyStopping = ReadEarlyStopping(section, execution, evolution, runner, reading),
            Budget = ReadBudget(section, reading),
            IsRacing = section.Flag("racing", Defaults.IsRacing),
            Seed = section.Unsigned("seed", runner.Unsigned("seed", Defaults.Seed)),
            Baseline = section.Value("baseline") is { } map ? ApiKeys.JsonMap(section, "baseline", map) : null,
        };
        ReadStrategy(mab, reading);
        foreach (var read in new[] { section, runner, mab, execution, evolution })
        {
            reading.NoteUnknownKeys(read);
        }

        return search;
    }

    private static string ReadAlgorithm(YamlSection section, ConfigReading reading)
    {
        if (section.Text("algorithm") is not { } text)
        {
            return Defaults.Algorithm;
        }

        if (Aliases.TryGetValue(text, out var name))
        {
            reading.Inform(section.NameOf("algorithm"), $"'{text}' is read as {name}.");
            return name;
        }

        var known = Samplers.Names.FirstOrDefault(sampler => sampler.Replace('-', '_') == text.ToLowerInvariant().Replace('-', '_'));
        if (known is null)
        {
            section.Fail(
                "algorithm",
                $"'{text}' is not one of {string.Join(", ", Samplers.Names)}.{Suggestion.Phrase(text, Samplers.Names)}");
        }

        return known ?? Defaults.Algorithm;
    }

    private static void ReadStrategy(YamlSection mab, ConfigReading reading)
    {
        if (mab.Text("strategy") is { } strategy && strategy != "thompson_sampling")
        {
            reading.Warn(
                mab.NameOf("strategy"),
                $"'{strategy}' does nothing: Thompson sampling shares the proposals out. There is no other strategy.");
        }
    }

    private static double ReadConfidence(YamlSection mab)
    {
        var level = mab.Number("confidence_level", Defaults.ConfidenceLevel, 0, 1, minAllowed: false);
        if (level < 1)
        {
            return level;
        }

        mab.Fail("confidence_level", "1 would need endless calls. Give a number below it, such as 0.95.");
        return Defaults.ConfidenceLevel;
    }

    private static EvolutionConfig ReadEvolution(YamlSection evolution, YamlSection runner, ConfigReading reading)
    {
        var defaults = Defaults.Evolution;
        var (ofSdk, spelledOut) =
            (runner.OptionalInteger("population", 1, MaxPopulation), runner.OptionalInteger("population_size", 1, MaxPopulation));
        var population = ofSdk ?? spelledOut ?? defaults.PopulationSize;
        population = evolution.Integer("population_size", population, 1, MaxPopulation);
        var elite = evolution.OptionalInteger("elite_size", 0, MaxPopulation);
        if (elite >= population)
        {
            reading.Warn(
                evolution.NameOf("elite_size"),
                $"{elite} survivors fill a generation of {population}, so that nothing new would come: {population - 1} survive.");
        }

        return new EvolutionConfig
        {
            PopulationSize = population,
            Generations = evolution.Integer(
                "generations", runner.Integer("generations", defaults.Generations, 1, MaxPopulation), 1, MaxPopulation),
            MutationRate = evolution.Number("mutation_rate", defaults.MutationRate, 0, 1),
            CrossoverRate = evolution.Number("crossover_rate", defaults.CrossoverRate, 0, 1),
            EliteSize = elite is { } size ? Math.Min(size, population - 1) : null,
        };
    }

    /// <summary>
    /// Early stopping stands under <c>execution</c>; older files and the successor's have it elsewhere, and the SDK says yes or no.
    /// </summary>
    private static EarlyStoppingConfig ReadEarlyStopping(
        YamlSection section, YamlSection execution, YamlSection evolution, YamlSection runner, ConfigReading reading)
    {
        var stopping = Defaults.EarlyStopping;
        if (evolution.OptionalInteger("early_stopping_generations", 1, MaxPopulation) is { } patience)
        {
            stopping = stopping with { Patience = patience };
        }

        foreach (var place in new[] { runner, section, execution })
        {
            stopping = place.Value("early_stopping") switch
            {
                null => stopping,
                YamlScalar => stopping with { IsEnabled = place.Flag("early_stopping", stopping.IsEnabled) },
                _ => ReadEarlyStopping(place.Section("early_stopping"), stopping, reading),
            };
        }

        return stopping;
    }

    private static EarlyStoppingConfig ReadEarlyStopping(YamlSection section, EarlyStoppingConfig defaults, ConfigReading reading)
    {
        var stopping = new EarlyStoppingConfig(
            section.Flag("enabled", defaults.IsEnabled),
            section.Integer("patience", defaults.Patience, 1, MaxPopulation),
            section.Number("min_improvement", defaults.MinImprovement, 0, 1));
        reading.NoteUnknownKeys(section);
        return stopping;
    }

    private static SpendLimits ReadBudget(YamlSection section, ConfigReading reading)
    {
        var budget = section.Section("budget");
        var limits = new SpendLimits(
            (decimal?)budget.OptionalNumber("usd", 0, MaxBudget),
            (long?)budget.OptionalNumber("calls", 0, MaxBudget),
            (long?)budget.OptionalNumber("tokens", 0, MaxBudget),
            budget.OptionalNumber("minutes", 0, 1e7, minAllowed: false) is { } minutes ? TimeSpan.FromMinutes(minutes) : null);
        reading.NoteUnknownKeys(budget);
        return limits;
    }
}
