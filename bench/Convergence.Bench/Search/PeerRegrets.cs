using System.Globalization;
using Convergence.Testing;

namespace Convergence.Bench.Search;

/// <summary>What Optuna's samplers reach on the same functions: kept in a file, as they take a quarter of an hour.</summary>
internal sealed class PeerRegrets
{
    private readonly Dictionary<(string Sampler, string Function), double[]> _medians;

    public PeerRegrets() => _medians = File
        .ReadLines(Path.Combine(RepositoryRoot.Path, "bench", "Convergence.Bench", "Search", "optuna-3.1.0.csv"))
        .Skip(2)
        .Select(line => line.Split(','))
        .ToDictionary(
            fields => (fields[0], fields[1]), fields =>
                fields[2..].Select(field => double.Parse(field, CultureInfo.InvariantCulture)).ToArray());

    public IEnumerable<string> Samplers => _medians.Keys.Select(key => key.Sampler).Distinct();

    /// <summary>
    /// The medians at <see cref="SearchRuns.Checkpoints"/>; <see langword="null"/> where the sampler cannot search the space.
    /// </summary>
    public double[]? Of(string sampler, string function) => _medians.GetValueOrDefault((sampler, function));
}
