using Convergence.Evolution.Pareto;
using Convergence.Evolution.Randomness;
using Convergence.Evolution.Spaces;
using Convergence.Evolution.Trials;

namespace Convergence.Evolution.Samplers;

/// <summary>
/// NSGA-II (Deb et al., "A fast and elitist multiobjective genetic algorithm: NSGA-II", 2002) for several objectives, one child at a time:
/// the parents are the best of all trials by front and crowding, drawn by binary tournaments; children by simulated binary crossover
/// (Deb and Agrawal, 1995) and mutation. It waits for no generation, so that any number of trials may be under way.
/// </summary>
public sealed class NondominatedSortingSampler : ISampler
{
    /// <summary>The name of its trials.</summary>
    public const string SamplerName = "nsga2";

    private const double CrossoverRate = 0.9;
    private const double CrossoverIndex = 15;
    private const double MutationStrength = 0.1;

    private readonly int _populationSize;

    /// <param name="populationSize">The trials that breed, and the random ones to begin with, in [4, 10 000]. Default 30.</param>
    public NondominatedSortingSampler(int populationSize = 30)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(populationSize, 4);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(populationSize, 10_000);
        _populationSize = populationSize;
    }

    /// <inheritdoc/>
    public string Name => SamplerName;

    /// <inheritdoc/>
    public Proposal Suggest(TrialHistory history, SearchRandom random)
    {
        ArgumentNullException.ThrowIfNull(history);
        Trial[] scored = [.. Enumerable.Range(0, history.ToldCount).Select(history.Told).Where(trial => trial.IsScored)];
        if (scored.Length < _populationSize)
        {
            return new Proposal(history.Space.Sample(random), Name);
        }

        double[][] losses =
            [.. scored.Select(history.LossesOf)];
        var population = NondominatedSorting.Order(losses)[.._populationSize];
        var (first, second) = (Parent(), Parent());
        var child = (double[])first.Clone();
        if (random.NextBoolean(CrossoverRate))
        {
            for (var dimension = 0; dimension < child.Length; dimension++)
            {
                child[dimension] = Crossed(first[dimension], second[dimension], history.Space.Parameters[dimension], random);
            }
        }

        // Deb's rate: one parameter in a child on average; here at least one.
        var certain = random.Next(child.Length);
        for (var dimension = 0; dimension < child.Length; dimension++)
        {
            child[dimension] = dimension == certain || random.NextBoolean(1.0 / child.Length)
                ? UnitMutation.Of(child[dimension], history.Space.Parameters[dimension], MutationStrength, random)
                : child[dimension];
        }

        return new Proposal(history.Space.FromUnit(child), Name);

        // The population is in order, so the lower place wins.
        double[] Parent()
        {
            var place = Math.Min(random.Next(population.Length), random.Next(population.Length));
            return SpaceGeometry.Impute(history.PointOf(scored[population[place]]));
        }
    }

    /// <summary>One of the two children that lie as far from their parents as theirs would from them, or one of two choices.</summary>
    private static double Crossed(double first, double second, Parameter parameter, SearchRandom random)
    {
        if (random.NextBoolean(0.5))
        {
            return first;
        }

        if (!parameter.IsOrdered)
        {
            return second;
        }

        var draw = random.NextDouble();
        var exponent = 1 / (CrossoverIndex + 1);
        var spread = draw < 0.5 ? Math.Pow(2 * draw, exponent) : Math.Pow(1 / (2 * (1 - draw)), exponent);
        var sign = random.NextBoolean(0.5) ? 1 : -1;
        return Math.Clamp(0.5 * (first + second + (sign * spread * (first - second))), 0, 1);
    }
}
