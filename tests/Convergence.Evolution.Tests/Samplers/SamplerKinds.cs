using Convergence.Evolution.Samplers;

namespace Convergence.Evolution.Tests.Samplers;

/// <summary>The samplers under test, by name.</summary>
internal static class SamplerKinds
{
    public static ISampler Create(string name, ulong seed = 5) => name switch
    {
        RandomSampler.SamplerName => new RandomSampler(),
        QuasiRandomSampler.SamplerName => new QuasiRandomSampler(seed),
        GaussianProcessSampler.SamplerName => new GaussianProcessSampler(),
        TrustRegionSampler.SamplerName => new TrustRegionSampler(),
        CovarianceMatrixSampler.SamplerName => new CovarianceMatrixSampler(),
        TreeParzenSampler.SamplerName => new TreeParzenSampler(),
        EvolutionSampler.SamplerName => new EvolutionSampler(),
        NondominatedSortingSampler.SamplerName => new NondominatedSortingSampler(),
        PortfolioSampler.SamplerName => PortfolioSampler.Default(),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such sampler."),
    };
}
