using Convergence.Evolution.Randomness;
using Convergence.Evolution.Samplers;
using Convergence.Evolution.Trials;

namespace Convergence.Optimization.Runs.Searching;

/// <summary>Lets another sampler propose, but for a share of proposals that are drawn at random.</summary>
/// <param name="inner">The other sampler.</param>
/// <param name="rate">The share, in [0, 1].</param>
internal sealed class ExploringSampler(ISampler inner, double rate) : ISampler
{
    public string Name => inner.Name;

    public Proposal Suggest(TrialHistory history, SearchRandom random) => random.NextBoolean(rate)
        ? new Proposal(history.Space.Sample(random), RandomSampler.SamplerName)
        : inner.Suggest(history, random);
}
