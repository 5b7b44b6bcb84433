using System.Collections.Immutable;

namespace Convergence.Evolution.Search;

/// <summary>
/// The outcomes a search remembers, so that it asks nothing twice and has a model to fit: the latest <see cref="Capacity"/> ones, and
/// of each kind the champion among them. A function of what was added, so that its archive is all there is to save. Not thread-safe.
/// </summary>
internal sealed class SearchMemory<TGenome>
{
    public const int Capacity = 4096;

    private readonly IGenomeSpace<TGenome> _space;
    private readonly List<Individual<TGenome>> _archive = [];
    private readonly List<string> _fingerprints = [];

    public SearchMemory(IGenomeSpace<TGenome> space, ImmutableArray<Individual<TGenome>> archive)
    {
        _space = space;
        Add(archive);
    }

    /// <summary>What was told, oldest first.</summary>
    public IReadOnlyList<Individual<TGenome>> Archive => _archive;

    /// <summary>A set of its own of the fingerprints in the archive.</summary>
    public HashSet<string> Fingerprints() => [.. _fingerprints];

    /// <summary>The fittest remembered genome of a kind, the earliest of equals; <see langword="null"/> when none is valid.</summary>
    public Individual<TGenome>? ChampionOf(int kind) =>
        _archive.Where(member => member.Fitness is not null && _space.KindOf(member.Genome) == kind).MaxBy(member => member.Fitness);

    public void Add(ImmutableArray<Individual<TGenome>> told)
    {
        _archive.AddRange(told);
        _fingerprints.AddRange(told.Select(member => _space.Fingerprint(member.Genome)));
        var surplus = _archive.Count - Capacity;
        if (surplus > 0)
        {
            _archive.RemoveRange(0, surplus);
            _fingerprints.RemoveRange(0, surplus);
        }
    }
}
