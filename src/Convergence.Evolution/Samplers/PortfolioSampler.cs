using System.Collections.Immutable;
using Convergence.Evolution.Bandits;
using Convergence.Evolution.Learning;
using Convergence.Evolution.Randomness;
using Convergence.Evolution.Trials;

namespace Convergence.Evolution.Samplers;

/// <summary>
/// <c>mab_evolution</c>: several samplers share one history, and Thompson sampling says whose turn it is. A sampler succeeds when its trial
/// is better than all told before (with several objectives: when none told before is as good in all of them). Old evidence fades, as who
/// finds improvements changes while a search converges (adaptive operator selection; Fialho et al., "Analyzing bandit-based adaptive
/// operator selection mechanisms", 2010). All members learn from all trials, whoever proposed them. Given the experience of former
/// searches, it tries their winners first, draws from their good configurations as one more member, and begins with the rates at which
/// members succeeded then.
/// </summary>
public sealed class PortfolioSampler : ISampler
{
    /// <summary>The algorithm's name in configurations.</summary>
    public const string SamplerName = "mab_evolution";

    private readonly ImmutableArray<ISampler> _members;
    private readonly SearchExperience? _experience;
    private readonly ThompsonBandit _bandit;
    private readonly ImprovementTracker _improvements = new();
    private int _place;

    /// <param name="members">The samplers, each with a name of its own; at least one, that can always suggest.</param>
    /// <param name="experience">Former searches; <see langword="null"/> (default), or without trials: none.</param>
    /// <exception cref="ArgumentException">There are none, or two of one name.</exception>
    public PortfolioSampler(ImmutableArray<ISampler> members, SearchExperience? experience = null)
    {
        if (experience is { Good.Length: > 0 } && !members.IsDefault)
        {
            (_experience, members) = (experience, members.Add(new ExperienceSampler(experience)));
        }

        if (members.IsDefaultOrEmpty || members.DistinctBy(member => member.Name).Count() != members.Length)
        {
            throw new ArgumentException("A portfolio needs samplers, each with a name of its own.", nameof(members));
        }

        _members = members;
        _bandit = new ThompsonBandit(members.Length);
    }

    /// <summary>The product's portfolio.</summary>
    /// <param name="experience">Former searches; <see langword="null"/> (default): none.</param>
    public static PortfolioSampler Default(SearchExperience? experience = null) => new(
        [new GaussianProcessSampler(), new TrustRegionSampler(), new CovarianceMatrixSampler(), new EvolutionSampler()], experience);

    /// <inheritdoc/>
    public string Name => SamplerName;

    /// <inheritdoc/>
    public Proposal Suggest(TrialHistory history, SearchRandom random)
    {
        ArgumentNullException.ThrowIfNull(history);
        for (; _place < history.ToldCount; _place++)
        {
            Credit(history.Told(_place), history);
        }

        return _members[Chosen(history, random)].Suggest(history, random);
    }

    private int Chosen(TrialHistory history, SearchRandom random) =>
        _experience?.Probes.Any(probe => !history.Contains(probe)) == true
            ? _members.Length - 1
            : _bandit.Choose(
                random,
                arm => _experience?.CreditOf(_members[arm].Name, history.ToldCount) ?? (0, 0),
                arm => _members[arm].CanSuggest(history));

    private void Credit(Trial trial, TrialHistory history)
    {
        var improved = _improvements.Add(trial, history);
        for (var arm = 0; arm < _members.Length; arm++)
        {
            if (_members[arm].Name == trial.Origin && trial.State != TrialState.Missing)
            {
                _bandit.Update(arm, improved);
                _bandit.Fade();
            }
        }
    }
}
