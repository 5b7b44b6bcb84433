using Convergence.Evolution.Randomness;
using Convergence.Evolution.Trials;

namespace Convergence.Evolution.Samplers;

/// <summary>Every proposal is drawn uniformly, each parameter on its scale: the baseline.</summary>
public sealed class RandomSampler : ISampler
{
    /// <summary>The name of its trials.</summary>
    public const string SamplerName = "random";

    /// <inheritdoc/>
    public string Name => SamplerName;

    /// <inheritdoc/>
    public Proposal Suggest(TrialHistory history, SearchRandom random)
    {
        ArgumentNullException.ThrowIfNull(history);
        return new Proposal(history.Space.Sample(random), Name);
    }
}
