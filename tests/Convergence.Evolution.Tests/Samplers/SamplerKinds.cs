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
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such sampler."),
    };
}
