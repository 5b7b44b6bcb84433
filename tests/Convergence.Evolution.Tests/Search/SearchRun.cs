using System.Collections.Immutable;
using System.Text.Json;
using Convergence.Evolution.Search;
using Convergence.Evolution.Tests.Landscapes;

namespace Convergence.Evolution.Tests.Search;

/// <summary>Runs a search on a fitness, and tells runs apart.</summary>
internal static class SearchRun
{
    public static ImmutableArray<GenerationSummary> Continue(
        ISearch<KindedGenome> search, Func<KindedGenome, double?> fitness, int generations) =>
        [.. Enumerable.Range(0, generations).Select(_ => search.Tell([.. search.Ask().Select(fitness)]))];

    /// <summary>Everything a run has come to, as text: equal only when every bit of it is.</summary>
    public static string Outcome(ISearch<KindedGenome> search, IEnumerable<GenerationSummary> history) =>
        JsonSerializer.Serialize(history) + JsonSerializer.Serialize(search.Save());

    /// <summary>The state after a trip through text: it must be plain data.</summary>
    public static SearchState<KindedGenome> ThroughText(SearchState<KindedGenome> state) =>
        JsonSerializer.Deserialize<SearchState<KindedGenome>>(JsonSerializer.Serialize(state))!;
}
