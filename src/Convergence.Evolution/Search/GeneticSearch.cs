using System.Collections.Immutable;
using Convergence.Evolution.Adaptation;
using Convergence.Evolution.Bandits;
using Convergence.Evolution.Diversity;
using Convergence.Evolution.Selection;

namespace Convergence.Evolution.Search;

/// <summary>
/// The product's search. A generation is bred in four steps:
/// (1) parents win tournaments on their shared rank (<see cref="FitnessSharing"/>: rank / nicheCount^diversityWeight, the niche as
/// wide as the population's mean distance); (2) they are crossed, mutated, and at the mutation rate expressed as another kind, which
/// a <see cref="ThompsonBandit"/> chooses; (3) a genome that was asked before is mutated again; (4) while the coming population's
/// diversity is below the minimum, the child that adds least to it gives way to an immigrant of a kind the bandit chooses.
/// What is told moves the step size (<see cref="SuccessRule"/>) and the bandit's evidence.
/// </summary>
/// <typeparam name="TGenome">An immutable genome.</typeparam>
public sealed class GeneticSearch<TGenome> : GenerationalSearch<TGenome>
{
    /// <summary>How many genomes are remembered, to be never asked again.</summary>
    private const int ArchiveCapacity = 4096;

    /// <summary>How often a genome that was asked before is mutated again before it is let through.</summary>
    private const int RetryLimit = 16;

    /// <summary>How many newcomers compete for the place of one immigrant.</summary>
    private const int ImmigrantDraws = 8;

    private readonly ThompsonBandit _bandit;
    private readonly List<Individual<TGenome>> _archive = [];
    private readonly HashSet<string> _known = [];
    private double _mutationStrength;

    /// <summary>A new search.</summary>
    public GeneticSearch(IGenomeSpace<TGenome> space, GeneticSearchOptions options, ulong seed)
        : base(space, options, seed)
    {
        _bandit = new ThompsonBandit(space.KindCount);
        _mutationStrength = options.MutationStrength;
    }

    /// <summary>Goes on from a saved state as if it had never stopped.</summary>
    /// <exception cref="ArgumentException">The state has evidence on another number of kinds than the space.</exception>
    public GeneticSearch(IGenomeSpace<TGenome> space, GeneticSearchOptions options, SearchState<TGenome> state)
        : base(space, options, state)
    {
        _bandit = new ThompsonBandit(state.KindSuccesses, state.KindFailures);
        if (state.KindSuccesses.Length != space.KindCount)
        {
            throw new ArgumentException(
                $"The saved search knew {state.KindSuccesses.Length} kinds, this space has {space.KindCount}.", nameof(state));
        }

        _mutationStrength = state.MutationStrength;
        Remember(state.Archive);
    }

    private protected override double MutationStrength => _mutationStrength;

    /// <inheritdoc/>
    public override SearchState<TGenome> Save() =>
        base.Save() with { KindSuccesses = _bandit.Successes, KindFailures = _bandit.Failures, Archive = [.. _archive] };

    private protected override ImmutableArray<Candidate<TGenome>> Breed(ImmutableArray<Individual<TGenome>> elites, int count)
    {
        var scores = SharedRanks();
        var asked = new HashSet<string>(_known);
        var batch = new List<Candidate<TGenome>>(count);
        while (batch.Count < count)
        {
            batch.Add(BreedOne(scores, asked));
        }

        RestoreDiversity(elites, batch, asked);
        return [.. batch];
    }

    private protected override void Learn(
        ImmutableArray<Candidate<TGenome>> batch, ImmutableArray<Individual<TGenome>> told, ImmutableArray<Individual<TGenome>> elites)
    {
        Remember(told);
        _bandit.Fade();
        var (children, successes) = (0, 0);
        for (var index = 0; index < batch.Length; index++)
        {
            var beatsParents = told[index].Fitness is { } fitness && batch[index].ParentFitness is { } parents && fitness > parents;
            _bandit.Update(Space.KindOf(told[index].Genome), beatsParents || elites.Contains(told[index]));
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

    private Candidate<TGenome> BreedOne(double[] scores, HashSet<string> asked)
    {
        var first = Population[Tournament.Select(scores, Options.TournamentSize, Random)];
        var (child, parentFitness) = (first.Genome, first.Fitness);
        if (Random.NextBoolean(Options.CrossoverRate))
        {
            var second = Population[Tournament.Select(scores, Options.TournamentSize, Random)];
            child = Space.Cross(first.Genome, second.Genome, Random);
            parentFitness = Ranking.Better(first.Fitness, second.Fitness);
        }

        var origin = CandidateOrigin.Child;
        if (Space.KindCount > 1 && Random.NextBoolean(Options.MutationRate))
        {
            child = Space.ChangeKind(child, ChooseKind(), Random);
            origin = CandidateOrigin.KindChange;
        }

        child = Space.Mutate(child, Options.MutationRate, _mutationStrength, Random);
        return new Candidate<TGenome>(Unasked(child, asked), origin, parentFitness);
    }

    private TGenome Unasked(TGenome genome, HashSet<string> asked)
    {
        for (var retry = 0; retry < RetryLimit && asked.Contains(Space.Fingerprint(genome)); retry++)
        {
            genome = Space.Mutate(genome, Options.MutationRate, _mutationStrength, Random);
        }

        asked.Add(Space.Fingerprint(genome));
        return genome;
    }

    /// <summary>Replaces the closest children by immigrants until the coming population is diverse enough or no child is left.</summary>
    private void RestoreDiversity(ImmutableArray<Individual<TGenome>> elites, List<Candidate<TGenome>> batch, HashSet<string> asked)
    {
        var members = elites.Select(elite => elite.Genome).Concat(batch.Select(candidate => candidate.Genome)).ToList();
        while (PopulationDiversity.MeanPairwise(members, Space.Distance) < Options.MinDiversity)
        {
            var replaceable = Enumerable.Range(0, batch.Count).Where(index => batch[index].Origin != CandidateOrigin.Immigrant).ToArray();
            if (replaceable.Length == 0)
            {
                return;
            }

            var closest = replaceable.MinBy(index => PopulationDiversity.Contribution(members, elites.Length + index, Space.Distance));
            var immigrant = Enumerable.Range(0, ImmigrantDraws)
                .Select(_ => Space.Sample(ChooseKind(), Random))
                .MaxBy(sample => PopulationDiversity.Contribution(members, elites.Length + closest, sample, Space.Distance))!;
            immigrant = Unasked(immigrant, asked);
            batch[closest] = new Candidate<TGenome>(immigrant, CandidateOrigin.Immigrant, null);
            members[elites.Length + closest] = immigrant;
        }
    }

    private int ChooseKind() => Options.KindBandit ? _bandit.Choose(Random) : Random.Next(Space.KindCount);

    private void Remember(IEnumerable<Individual<TGenome>> told)
    {
        _archive.AddRange(told);
        if (_archive.Count > ArchiveCapacity)
        {
            _archive.RemoveRange(0, _archive.Count - ArchiveCapacity);
            _known.Clear();
            _known.UnionWith(_archive.Select(member => Space.Fingerprint(member.Genome)));
        }
        else
        {
            _known.UnionWith(told.Select(member => Space.Fingerprint(member.Genome)));
        }
    }
}
