using Convergence.Evolution.Randomness;
using Convergence.Evolution.Search;

namespace Convergence.Evolution.Surrogates;

/// <summary>
/// What is believed about the fitness from what was told: a Gaussian process for each kind, over that kind's genes, fitted when first
/// needed. It improves a genome before money is spent on it, as in surrogate-assisted evolution (Jin, "Surrogate-assisted
/// evolutionary computation", 2011). Not thread-safe.
/// </summary>
/// <param name="space">The genomes' space.</param>
/// <param name="archive">What was told; failed evaluations teach the model nothing.</param>
internal sealed class FitnessModel<TGenome>(IGenomeSpace<TGenome> space, IReadOnlyList<Individual<TGenome>> archive)
{
    /// <summary>Neighbours of a kind's champion that its process is fitted to: more would cost its cube and say little there.</summary>
    private const int NeighbourLimit = 100;

    /// <summary>Mutations tried in one climb.</summary>
    private const int StepCount = 64;

    private readonly Dictionary<int, GaussianProcess?> _processes = [];

    /// <summary>
    /// Climbs from a genome by mutations that the model thinks better. It climbs the upper confidence bound mean + kappa * deviation
    /// (Cox and John, "SDO: a statistical method for global optimization", 1997); kappa is drawn anew for each climb, exponentially
    /// with mean 1 (as in batch searches by Hutter, Hoos and Leyton-Brown, "Parallel algorithm configuration", 2012), so that the
    /// climbs of one batch end in different places. Without a model of its kind a genome stays as it is.
    /// </summary>
    public TGenome Improve(TGenome genome, double rate, double strength, SearchRandom random)
    {
        if (ProcessOf(space.KindOf(genome)) is not { } process)
        {
            return genome;
        }

        var kappa = -Math.Log(1 - random.NextDouble());
        var bound = Bound(genome);
        for (var step = 0; step < StepCount; step++)
        {
            var neighbour = space.Mutate(genome, rate, strength, random);
            var neighbourBound = Bound(neighbour);
            if (neighbourBound > bound)
            {
                (genome, bound) = (neighbour, neighbourBound);
            }
        }

        return genome;

        double Bound(TGenome candidate)
        {
            var (mean, deviation) = process.Predict(space.GenesOf(candidate).AsSpan());
            return mean + (kappa * deviation);
        }
    }

    private GaussianProcess? ProcessOf(int kind)
    {
        if (!_processes.TryGetValue(kind, out var process))
        {
            _processes[kind] = process = Fit(kind);
        }

        return process;
    }

    private GaussianProcess? Fit(int kind)
    {
        var known = archive.Where(member => member.Fitness is not null && space.KindOf(member.Genome) == kind).ToArray();
        if (known.Length > NeighbourLimit)
        {
            var champion = known.MaxBy(member => member.Fitness)!;
            known = [.. known.OrderBy(member => space.Distance(member.Genome, champion.Genome)).Take(NeighbourLimit)];
        }

        return GaussianProcess.Fit(
            [.. known.Select(member => space.GenesOf(member.Genome).ToArray())],
            [.. known.Select(member => member.Fitness!.Value)]);
    }
}
