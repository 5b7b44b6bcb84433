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
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such sampler."),
    };
}
