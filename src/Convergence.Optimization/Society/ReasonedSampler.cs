using Convergence.Evolution.Randomness;
using Convergence.Evolution.Samplers;
using Convergence.Evolution.Trials;

namespace Convergence.Optimization.Society;

/// <summary>
/// Proposes what a model reasoned out, each once, as a member of a portfolio that is credited by what its proposals improve. While there is
/// none it is another sampler, to whom the credit goes then.
/// </summary>
/// <param name="other">The other sampler.</param>
internal sealed class ReasonedSampler(ISampler other) : ISampler
{
    /// <summary>The name of its trials.</summary>
    public const string SamplerName = "rlp";

    private readonly Queue<Evolution.Spaces.Configuration> _proposals = new();

    public string Name => SamplerName;

    /// <summary>Takes new proposals in the place of those that are left.</summary>
    public void Offer(IEnumerable<Evolution.Spaces.Configuration> proposals)
    {
        _proposals.Clear();
        foreach (var proposal in proposals)
        {
            _proposals.Enqueue(proposal);
        }
    }

    public Proposal Suggest(TrialHistory history, SearchRandom random)
    {
        while (_proposals.TryDequeue(out var proposal))
        {
            if (!history.Contains(proposal))
            {
                return new Proposal(proposal, Name);
            }
        }

        return other.Suggest(history, random);
    }
}
