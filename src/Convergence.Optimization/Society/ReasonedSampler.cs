using Convergence.Evolution.Randomness;
using Convergence.Evolution.Samplers;
using Convergence.Evolution.Trials;

namespace Convergence.Optimization.Society;

/// <summary>
/// Proposes what a model reasoned out, each once, as a member of a portfolio that is credited by what its proposals improve. While there is
/// none it is passed over: its share of the bandit would not learn from what others propose in its place.
/// </summary>
internal sealed class ReasonedSampler : ISampler
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

    public bool CanSuggest(TrialHistory history) => _proposals.Any(proposal => !history.Contains(proposal));

    public Proposal Suggest(TrialHistory history, SearchRandom random)
    {
        while (_proposals.TryDequeue(out var proposal))
        {
            if (!history.Contains(proposal))
            {
                return new Proposal(proposal, Name);
            }
        }

        throw new InvalidOperationException("There is no proposal left.");
    }
}
