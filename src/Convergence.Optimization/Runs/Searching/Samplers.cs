using System.Collections.Immutable;
using Convergence.Evolution.Learning;
using Convergence.Evolution.Samplers;
using Convergence.Foundation.Text;
using Convergence.Optimization.Configuration;

namespace Convergence.Optimization.Runs.Searching;

/// <summary>The samplers by the names that configurations call them.</summary>
public static class Samplers
{
    private static readonly SortedDictionary<string, Func<SearchConfig, ISampler>> ByName = new(StringComparer.Ordinal)
    {
        [PortfolioSampler.SamplerName] = search => Portfolio(search, null, []),
        [EvolutionSampler.SamplerName] = EvolutionOf,
        [RandomSampler.SamplerName] = _ => new RandomSampler(),
        [QuasiRandomSampler.SamplerName] = search => new QuasiRandomSampler(search.Seed),
        [TreeParzenSampler.SamplerName] = _ => new TreeParzenSampler(),
        [CovarianceMatrixSampler.SamplerName] = _ => new CovarianceMatrixSampler(),
        [GaussianProcessSampler.SamplerName] = _ => new GaussianProcessSampler(),
        [TrustRegionSampler.SamplerName] = _ => new TrustRegionSampler(),
        [NondominatedSortingSampler.SamplerName] = search =>
            new NondominatedSortingSampler(Math.Clamp(search.Evolution.PopulationSize, 4, 10_000)),
    };

    /// <summary>What <c>optimization.algorithm</c> may be, in ordinal order.</summary>
    public static IReadOnlyCollection<string> Names => ByName.Keys;

    /// <summary>The sampler that a configuration asks for; it serves one search.</summary>
    /// <param name="config">The search.</param>
    /// <param name="source">What messages call the configuration.</param>
    /// <param name="experience">Former searches, which the portfolio learns from; <see langword="null"/> (default): none.</param>
    /// <param name="members">Who competes with the algorithm; default: nobody.</param>
    /// <exception cref="OptimizationRunException">There is no algorithm of that name.</exception>
    internal static ISampler Of(
        SearchConfig config, string source, SearchExperience? experience = null, params ImmutableArray<ISampler> members)
    {
        if (!ByName.TryGetValue(config.Algorithm, out var create))
        {
            throw new OptimizationRunException(
                $"{source}: optimization.algorithm: '{config.Algorithm}' is not known."
                + $"{Suggestion.Phrase(config.Algorithm, Names)} There are {string.Join(", ", Names)}.");
        }

        var sampler = config.Algorithm == PortfolioSampler.SamplerName ? Portfolio(config, experience, members)
            : members.IsEmpty ? create(config)
            : new PortfolioSampler([create(config), .. members]);
        return config.ExplorationRate > 0 ? new ExploringSampler(sampler, config.ExplorationRate) : sampler;
    }

    /// <summary>The original's evolution, with a configuration's numbers.</summary>
    private static EvolutionSampler EvolutionOf(SearchConfig search) => new(OptionsOf(search.Evolution));

    private static PortfolioSampler Portfolio(SearchConfig search, SearchExperience? experience, ImmutableArray<ISampler> members) => new(
        [new GaussianProcessSampler(), new TrustRegionSampler(), new CovarianceMatrixSampler(), EvolutionOf(search), .. members],
        experience);

    // The original's tournaments are a quarter of the population. Breeding needs two; a population of one evaluates one at a time.
    private static EvolutionOptions OptionsOf(EvolutionConfig config)
    {
        var population = Math.Clamp(config.PopulationSize, 2, 10_000);
        return new EvolutionOptions
        {
            PopulationSize = population,
            EliteSize = config.EliteSize is { } elites ? Math.Clamp(elites, 0, population) : null,
            TournamentSize = Math.Max(2, population / 4),
            CrossoverRate = config.CrossoverRate,
            MutationRate = config.MutationRate,
        };
    }
}
