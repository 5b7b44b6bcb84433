using System.Collections.Immutable;
using Convergence.Evolution.Adaptation;
using Convergence.Evolution.Bandits;
using Convergence.Evolution.Diversity;
using Convergence.Evolution.Selection;
using Convergence.Evolution.Surrogates;

namespace Convergence.Evolution.Search;

/// <summary>
/// The product's search, for few and dear evaluations. A child is bred in five steps:
/// (1) its parents win tournaments on their shared rank (<see cref="FitnessSharing"/>: rank / nicheCount^diversityWeight, a niche as
/// wide as the population's mean distance) and are crossed at the crossover rate;
/// (2) half of the children change to a kind that a <see cref="ThompsonBandit"/> chooses: they descend, with even odds, from that kind's
/// champion or from the parents expressed as that kind; a seed of the kind that was not asked yet goes first, as it is;
/// (3) it is mutated; (4) it climbs the <see cref="FitnessModel{TGenome}"/>; (5) if it was asked before, it is mutated again.
/// Then, while the coming population is less diverse than the minimum, the child that adds least to it gives way to an immigrant
/// (the one of several samples, of kinds that the bandit chooses, that adds most); one child of the batch is always kept.
/// What is told moves the step size (<see cref="SuccessRule"/>: did children beat their parents?) and the bandit's evidence
/// (did genomes of the kind beat their parents or the kind's champion, or become elites?).
/// </summary>
/// <typeparam name="TGenome">An immutable genome.</typeparam>
public sealed class GeneticSearch<TGenome> : GenerationalSearch<TGenome>
{
    /// <summary>How often a genome that was asked before is bred again, ever more freely, before it is let through.</summary>
    private const int RetryLimit = 16;

    /// <summary>How many newcomers compete for the place of one immigrant.</summary>
    private const int ImmigrantDraws = 8;

    /// <summary>What the minimum diversity is exceeded by, so that it still holds when summed in another order.</summary>
    private const double DiversityMargin = 1e-9;

    private readonly ThompsonBandit _bandit;
    private readonly SearchMemory<TGenome> _memory;
    private double _mutationStrength;

    /// <summary>A new search.</summary>
    public GeneticSearch(IGenomeSpace<TGenome> space, GeneticSearchOptions options, ulong seed)
        : base(space, options, seed)
    {
        _bandit = new ThompsonBandit(space.KindCount);
        _memory = new SearchMemory<TGenome>(space, []);
        _mutationStrength = options.MutationStrength;
    }

    /// <summary>Goes on from a saved state as if it had never stopped.</summary>
    /// <exception cref="ArgumentException">The state is not one of a genetic search over as many kinds.</exception>
    public GeneticSearch(IGenomeSpace<TGenome> space, GeneticSearchOptions options, SearchState<TGenome> state)
        : base(space, options, state)
    {
        if (state.KindSuccesses.IsDefault || state.KindFailures.IsDefault || state.Archive.IsDefault
            || state.KindSuccesses.Length != space.KindCount || state.KindFailures.Length != space.KindCount)
        {
            throw new ArgumentException(
                $"The saved state is not one of a genetic search over {space.KindCount} kinds.", nameof(state));
        }

        _bandit = new ThompsonBandit(state.KindSuccesses, state.KindFailures);
        _memory = new SearchMemory<TGenome>(space, state.Archive);
        _mutationStrength = state.MutationStrength;
    }

    private protected override double MutationStrength => _mutationStrength;

    /// <inheritdoc/>
    public override SearchState<TGenome> Save() =>
        base.Save() with { KindSuccesses = _bandit.Successes, KindFailures = _bandit.Failures, Archive = [.. _memory.Archive] };

    private protected override ImmutableArray<Candidate<TGenome>> Breed(ImmutableArray<Individual<TGenome>> elites, int count)
    {
        var scores = SharedRanks();
        var model = Options.ModelAssistance ? new FitnessModel<TGenome>(Space, _memory.Archive) : null;
        var asked = _memory.Fingerprints();
        var batch = new List<Candidate<TGenome>>(count);
        while (batch.Count < count)
        {
            batch.Add(BreedOne(scores, model, asked));
        }

        RestoreDiversity(elites, batch, asked);
        return [.. batch];
    }

    private protected override void Learn(
        ImmutableArray<Candidate<TGenome>> batch, ImmutableArray<Individual<TGenome>> told, ImmutableArray<Individual<TGenome>> elites)
    {
        _memory.Add(told);
        _bandit.Fade();
        var (children, successes) = (0, 0);
        for (var index = 0; index < batch.Length; index++)
        {
            var beatsParents = told[index].Fitness > batch[index].ParentFitness;
            _bandit.Update(Space.KindOf(told[index].Genome), beatsParents || elites.Any(elite => ReferenceEquals(elite, told[index])));
            if (batch[index].Origin == CandidateOrigin.Child)
            {
                children++;
                successes += beatsParents ? 1 : 0;
            }
        }

        if (Options.AdaptiveMutation)
        {
            _mutationStrength = SuccessRule.Adapt(_mutationStrength, successes, children, Options.MutationStrength);
        }
    }

    private double[] SharedRanks()
    {
        var genomes = Population.Select(member => member.Genome).ToArray();
        return FitnessSharing.Share(
            Ranking.LinearRanks(Population),
            (i, j) => Space.Distance(genomes[i], genomes[j]),
            PopulationDiversity.MeanPairwise(genomes, Space.Distance),
            Options.DiversityWeight);
    }

    private Candidate<TGenome> BreedOne(double[] scores, FitnessModel<TGenome>? model, HashSet<string> asked)
    {
        var child = Descend(scores);
        if (Space.KindCount > 1 && Random.NextBoolean(Options.KindBandit ? Options.KindExploration : Options.MutationRate))
        {
            child = InKind(child, ChooseKind(), asked);
        }

        if (child.Origin == CandidateOrigin.Seed)
        {
            asked.Add(Space.Fingerprint(child.Genome));
            return child;
        }

        var genome = Space.Mutate(child.Genome, Options.MutationRate, _mutationStrength, Random);
        genome = model is null ? genome : model.Improve(genome, Options.MutationRate, _mutationStrength, Random);
        return child with { Genome = Unasked(genome, asked) };
    }

    private Candidate<TGenome> Descend(double[] scores)
    {
        var first = Population[Tournament.Select(scores, Options.TournamentSize, Random)];
        if (!Random.NextBoolean(Options.CrossoverRate))
        {
            return new Candidate<TGenome>(first.Genome, CandidateOrigin.Child, first.Fitness);
        }

        var second = Population[Tournament.Select(scores, Options.TournamentSize, Random)];
        return new Candidate<TGenome>(
            Space.Cross(first.Genome, second.Genome, Random), CandidateOrigin.Child, Ranking.Better(first.Fitness, second.Fitness));
    }

    /// <summary>The child's counterpart in a kind, which is measured against the best that is known of that kind.</summary>
    private Candidate<TGenome> InKind(Candidate<TGenome> child, int kind, HashSet<string> asked)
    {
        foreach (var seed in Space.Seeds.Where(seed => Space.KindOf(seed) == kind && !asked.Contains(Space.Fingerprint(seed))))
        {
            return new Candidate<TGenome>(seed, CandidateOrigin.Seed, null);
        }

        var champion = _memory.ChampionOf(kind);
        var genome = champion is not null && Random.NextBoolean(0.5) ? champion.Genome
            : Space.KindOf(child.Genome) == kind ? child.Genome
            : Space.ChangeKind(child.Genome, kind, Random);
        return new Candidate<TGenome>(genome, CandidateOrigin.KindChange, champion?.Fitness);
    }

    private TGenome Unasked(TGenome genome, HashSet<string> asked)
    {
        for (var retry = 1; retry <= RetryLimit && asked.Contains(Space.Fingerprint(genome)); retry++)
        {
            // The steps grow, as a coarse gene does not leave its value by small ones; where all is known around, anything new will do.
            var growth = 1 << retry;
            genome = retry <= RetryLimit / 2
                ? Space.Mutate(genome, Math.Min(1, growth * Options.MutationRate), Math.Min(0.5, growth * _mutationStrength), Random)
                : Space.Sample(Space.KindOf(genome), Random);
        }

        asked.Add(Space.Fingerprint(genome));
        return genome;
    }

    private void RestoreDiversity(ImmutableArray<Individual<TGenome>> elites, List<Candidate<TGenome>> batch, HashSet<string> asked)
    {
        var ledger = new DiversityLedger<TGenome>(
            elites.Select(elite => elite.Genome).Concat(batch.Select(candidate => candidate.Genome)), Space.Distance);
        var children = Enumerable.Range(0, batch.Count).ToList();
        while (children.Count > 1 && Options.MinDiversity > 0 && ledger.MeanPairwise < Options.MinDiversity + DiversityMargin)
        {
            var closest = children.MinBy(index => ledger.Contribution(elites.Length + index));
            var immigrant = Enumerable.Range(0, ImmigrantDraws)
                .Select(_ => Space.Sample(ChooseKind(), Random))
                .MaxBy(sample => ledger.ContributionOf(elites.Length + closest, sample))!;
            immigrant = Unasked(immigrant, asked);
            batch[closest] = new Candidate<TGenome>(immigrant, CandidateOrigin.Immigrant, null);
            ledger.Replace(elites.Length + closest, immigrant);
            children.Remove(closest);
        }
    }

    private int ChooseKind() => Options.KindBandit ? _bandit.Choose(Random) : Random.Next(Space.KindCount);
}
