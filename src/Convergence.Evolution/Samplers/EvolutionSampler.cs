using Convergence.Evolution.Randomness;
using Convergence.Evolution.Selection;
using Convergence.Evolution.Spaces;
using Convergence.Evolution.Surrogates;
using Convergence.Evolution.Trials;

namespace Convergence.Evolution.Samplers;

/// <summary>
/// Tournaments, uniform crossover and mutation over the best trials (Goldberg, "Genetic algorithms in search, optimization, and machine
/// learning", 1989), one child at a time: the best stay (<see cref="EvolutionOptions.EliteSize"/>), and no generation is waited for. Every
/// child is mutated, a recombined one too, so that a population of likes still moves.
/// </summary>
public sealed class EvolutionSampler : ISampler
{
    /// <summary>The name of its trials.</summary>
    public const string SamplerName = "evolution";

    private readonly EvolutionOptions _options;

    /// <param name="options">Sizes and rates. Default: <see cref="EvolutionOptions"/>'s.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message names all that are.</exception>
    public EvolutionSampler(EvolutionOptions? options = null)
    {
        _options = options ?? new EvolutionOptions();
        if (_options.Problems() is { Count: > 0 } problems)
        {
            throw new ArgumentException(string.Join(' ', problems), nameof(options));
        }
    }

    /// <inheritdoc/>
    public string Name => SamplerName;

    /// <inheritdoc/>
    public Proposal Suggest(TrialHistory history, SearchRandom random)
    {
        ArgumentNullException.ThrowIfNull(history);
        var evidence = ScalarEvidence.Of(history, random);
        if (evidence.Losses.Length < _options.PopulationSize)
        {
            return new Proposal(history.Space.Sample(random), Name);
        }

        var population = PopulationOf(evidence.Losses);
        double[] scores = [.. population.Select(index => -evidence.Losses[index])];
        var child = (double[])Parent().Clone();
        if (random.NextBoolean(_options.CrossoverRate))
        {
            var other = Parent();
            for (var dimension = 0; dimension < child.Length; dimension++)
            {
                child[dimension] = random.NextBoolean(0.5) ? child[dimension] : other[dimension];
            }
        }

        Mutate(child, history.Space, random);
        return new Proposal(history.Space.FromUnit(child), Name);

        double[] Parent() => evidence.Points[population[Tournament.Select(scores, _options.TournamentSize, random)]];
    }

    // By their places in the order of trials.
    private int[] PopulationOf(double[] losses)
    {
        int[] ranked = [.. Enumerable.Range(0, losses.Length).OrderBy(index => losses[index])];
        var elites = _options.EliteSize ?? _options.PopulationSize;
        return
        [
            .. ranked.Take(elites),
            .. ranked.Skip(elites).OrderDescending().Take(_options.PopulationSize - elites),
        ];
    }

    private void Mutate(double[] child, SearchSpace space, SearchRandom random)
    {
        var certain = random.Next(child.Length);
        for (var dimension = 0; dimension < child.Length; dimension++)
        {
            if (dimension == certain || random.NextBoolean(_options.MutationRate))
            {
                child[dimension] = UnitMutation.Of(child[dimension], space.Parameters[dimension], _options.MutationStrength, random);
            }
        }
    }
}
