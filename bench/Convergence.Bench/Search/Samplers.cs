using Convergence.Evolution.Samplers;

namespace Convergence.Bench.Search;

/// <summary>The samplers by name.</summary>
internal static class Samplers
{
    public static ISampler Create(string name, ulong seed) => name switch
    {
        "random" => new RandomSampler(),
        "quasi-random" => new QuasiRandomSampler(seed),
        "gaussian-process" => new GaussianProcessSampler(),
        "cma-es" => new CovarianceMatrixSampler(),
        "trust-region" => new TrustRegionSampler(),
        "tpe" => new TreeParzenSampler(),
        "evolution" => new EvolutionSampler(),
        "mab_evolution" => PortfolioSampler.Default(),
        _ when name.Contains('+', StringComparison.Ordinal) =>
            new PortfolioSampler([.. name.Split('+').Select(member => Create(member, seed))]),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such sampler."),
    };
}
