using System.Collections.Immutable;
using Convergence.Evolution.Diversity;
using Convergence.Evolution.Randomness;
using Convergence.Evolution.Selection;

namespace Convergence.Evolution.Search;

/// <summary>
/// What every generational search shares: the exchange of batches, elitism, the record of the best, saving and resuming.
/// Generation 0 asks for <see cref="GeneticSearchOptions.PopulationSize"/> genomes (the space's seeds first, then samples of every
/// kind in turn); later ones for as many as there are places beside the elites, which are not asked again. A descendant only
/// says how a batch is bred and what an outcome teaches.
/// </summary>
/// <typeparam name="TGenome">An immutable genome.</typeparam>
public abstract class GenerationalSearch<TGenome> : ISearch<TGenome>
{
    /// <summary>How often a sample of generation 0 is drawn again because the batch holds it already.</summary>
    private const int RetryLimit = 16;

    private ImmutableArray<Individual<TGenome>> _population = [];
    private ImmutableArray<Candidate<TGenome>> _pending = [];

    private protected GenerationalSearch(IGenomeSpace<TGenome> space, GeneticSearchOptions options, ulong seed)
        : this(space, options, new SearchRandom(seed))
    {
    }

    private protected GenerationalSearch(IGenomeSpace<TGenome> space, GeneticSearchOptions options, SearchState<TGenome> state)
        : this(space, options, new SearchRandom((state ?? throw new ArgumentNullException(nameof(state))).Random))
    {
        ArgumentOutOfRangeException.ThrowIfNegative(state.Generation);
        if (state.Population.IsDefault || state.PendingBatch.IsDefault)
        {
            throw new ArgumentException(
                "The saved search has no population or no pending batch; an empty one is written as empty.", nameof(state));
        }

        Generation = state.Generation;
        Best = state.Best;
        _population = state.Population;
        _pending = state.PendingBatch;
    }

    private GenerationalSearch(IGenomeSpace<TGenome> space, GeneticSearchOptions options, SearchRandom random)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(space.KindCount, 1);
        if (options.Problems() is { Count: > 0 } problems)
        {
            throw new ArgumentException(string.Join(' ', problems), nameof(options));
        }

        (Space, Options, Random) = (space, options, random);
    }

    /// <inheritdoc/>
    public int Generation { get; private set; }

    /// <inheritdoc/>
    public Individual<TGenome>? Best { get; private set; }

    /// <inheritdoc/>
    public IReadOnlyList<Individual<TGenome>> Population => _population;

    private protected IGenomeSpace<TGenome> Space { get; }

    private protected GeneticSearchOptions Options { get; }

    private protected SearchRandom Random { get; }

    /// <summary>The step size in force.</summary>
    private protected virtual double MutationStrength => Options.MutationStrength;

    /// <summary>The members that survive into the next generation: the fittest valid ones, best first.</summary>
    private ImmutableArray<Individual<TGenome>> Elites =>
        [.. _population.Where(member => member.Fitness is not null).Take(Options.EliteSize)];

    /// <inheritdoc/>
    public IReadOnlyList<TGenome> Ask()
    {
        if (_pending.IsEmpty)
        {
            var elites = Elites;
            var count = Options.PopulationSize - elites.Length;
            _pending = Generation == 0 ? First(count) : _population[0].Fitness is null ? Samples(count) : Breed(elites, count);
        }

        return [.. _pending.Select(candidate => candidate.Genome)];
    }

    /// <inheritdoc/>
    public GenerationSummary Tell(IReadOnlyList<double?> fitness)
    {
        ArgumentNullException.ThrowIfNull(fitness);
        if (_pending.IsEmpty)
        {
            throw new InvalidOperationException("Tell without Ask: there is no batch to tell the outcomes of.");
        }

        if (fitness.Count != _pending.Length)
        {
            throw new ArgumentException(
                $"{_pending.Length} genomes were asked for, but {fitness.Count} outcomes are told; tell one for each, in their order.",
                nameof(fitness));
        }

        var batch = _pending;
        var told = batch.Zip(fitness, (candidate, value) => new Individual<TGenome>(candidate.Genome, Valid(value), Generation))
            .ToImmutableArray();
        var strength = MutationStrength;
        _population = Ranking.BestFirst([.. Elites, .. told]);
        _pending = [];
        Generation++;

        // A tie does not dethrone: the earlier of two equals stays.
        var leader = _population[0];
        if (leader.Fitness is { } leading && (Best?.Fitness is not { } best || leading > best))
        {
            Best = leader;
        }

        Learn(batch, told, Elites);
        return Summarize(batch, told, strength);
    }

    /// <inheritdoc/>
    public virtual SearchState<TGenome> Save() =>
        new(Generation, Random.Save(), _population, Best, _pending, [], [], MutationStrength, []);

    /// <summary>The next batch: <paramref name="count"/> candidates to stand beside the elites. At least one member is valid.</summary>
    private protected abstract ImmutableArray<Candidate<TGenome>> Breed(ImmutableArray<Individual<TGenome>> elites, int count);

    /// <summary>Takes in the outcomes of a batch; <paramref name="elites"/> are the elites after it.</summary>
    private protected virtual void Learn(
        ImmutableArray<Candidate<TGenome>> batch, ImmutableArray<Individual<TGenome>> told, ImmutableArray<Individual<TGenome>> elites)
    {
    }

    private static double? Valid(double? fitness) => fitness is { } value && double.IsFinite(value) ? value : null;

    /// <summary>A batch drawn from all kinds alike: what there is to do where no member is fit to be a parent.</summary>
    private protected ImmutableArray<Candidate<TGenome>> Samples(int count)
    {
        var batch = ImmutableArray.CreateBuilder<Candidate<TGenome>>(count);
        while (batch.Count < count)
        {
            batch.Add(new Candidate<TGenome>(Space.Sample(Random.Next(Space.KindCount), Random), CandidateOrigin.Sample, null));
        }

        return batch.MoveToImmutable();
    }

    private ImmutableArray<Candidate<TGenome>> First(int count)
    {
        var batch = ImmutableArray.CreateBuilder<Candidate<TGenome>>(count);
        var asked = new HashSet<string>();
        foreach (var seed in Space.Seeds.Where(seed => asked.Add(Space.Fingerprint(seed))).Take(count))
        {
            batch.Add(new Candidate<TGenome>(seed, CandidateOrigin.Seed, null));
        }

        // Every kind in turn, from a random one on, so that no kind is unlucky in all runs when places are few.
        var kind = Random.Next(Space.KindCount);
        while (batch.Count < count)
        {
            var sample = Space.Sample(kind, Random);
            for (var retry = 0; retry < RetryLimit && !asked.Add(Space.Fingerprint(sample)); retry++)
            {
                sample = Space.Sample(kind, Random);
            }

            batch.Add(new Candidate<TGenome>(sample, CandidateOrigin.Sample, null));
            kind = (kind + 1) % Space.KindCount;
        }

        return batch.MoveToImmutable();
    }

    private GenerationSummary Summarize(
        ImmutableArray<Candidate<TGenome>> batch, ImmutableArray<Individual<TGenome>> told, double strength)
    {
        var valid = _population.Where(member => member.Fitness is not null).Select(member => member.Fitness!.Value).ToArray();
        var kindCounts = new int[Space.KindCount];
        foreach (var member in _population)
        {
            kindCounts[Space.KindOf(member.Genome)]++;
        }

        return new GenerationSummary(
            Generation - 1,
            Best?.Fitness,
            valid.Length == 0 ? null : valid.Average(),
            PopulationDiversity.MeanPairwise([.. _population.Select(member => member.Genome)], Space.Distance),
            [.. kindCounts],
            strength,
            batch.Count(candidate => candidate.Origin == CandidateOrigin.Immigrant),
            told.Count(member => member.Fitness is null));
    }
}
