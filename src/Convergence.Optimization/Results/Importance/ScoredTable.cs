using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Convergence.Optimization.Runs;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Results.Importance;

/// <summary>
/// Configurations as numbers, for learning: what ranges and choices there are is told from the configurations themselves.
/// </summary>
/// <param name="Columns">The parameters that differ between configurations.</param>
/// <param name="Scores">By configuration.</param>
internal sealed record ScoredTable(ImmutableArray<ScoredColumn> Columns, ImmutableArray<double> Scores)
{
    /// <summary>Choices beyond this count as one: a tree's box keeps them in a word of 64 bits.</summary>
    public const int MostChoices = 64;

    // So few numbers are steps of a scale, each of which counts alike, however far they are apart.
    private const int MostSteps = 12;

    /// <param name="scored">Configurations that have scores.</param>
    /// <param name="logarithmic">The parameters of which ratios count instead of differences.</param>
    public static ScoredTable Of(IReadOnlyList<ConfigurationOutcome> scored, IReadOnlyCollection<string> logarithmic) => new(
        [
            .. scored.SelectMany(outcome => outcome.Parameters.Select(entry => entry.Key)).Distinct(StringComparer.Ordinal)
                .Select(name => ColumnOf(name, [.. scored.Select(outcome => outcome.Parameters[name])], logarithmic.Contains(name)))
                .Where(column => column.Values.Distinct().Count() > 1),
        ],
        [.. scored.Select(outcome => outcome.Score!.Value)]);

    private static ScoredColumn ColumnOf(string name, IReadOnlyList<JsonNode?> nodes, bool isLogarithmic)
    {
        var numbers = nodes.Select(JsonValues.Number).ToList();
        var known = numbers.OfType<double>().Distinct().Order().ToList();

        // Two numbers are two choices; a configuration that lacks the parameter has no number.
        return known.Count > 2 && nodes.All(node => node is null || JsonValues.Number(node) is not null)
            ? new ScoredColumn(name, 0, Scaled(numbers, known, isLogarithmic))
            : Choices(name, [.. nodes.Select(node => node?.ToJsonString() ?? "null")]);
    }

    private static ImmutableArray<double> Scaled(IEnumerable<double?> numbers, List<double> known, bool isLogarithmic)
    {
        var (lowest, highest) = (known[0], known[^1]);
        double Scale(double value) =>
            known.Count <= MostSteps ? (known.BinarySearch(value) + .5) / known.Count
            : isLogarithmic && lowest > 0 ? Math.Log(value / lowest) / Math.Log(highest / lowest)
            : (value - lowest) / (highest - lowest);

        // The middle stands for what does not count: it is nearest to all.
        return [.. numbers.Select(number => number is { } value ? Scale(value) : .5)];
    }

    private static ScoredColumn Choices(string name, IReadOnlyList<string> texts)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            numbers.TryAdd(text, Math.Min(numbers.Count, MostChoices - 1));
        }

        return new ScoredColumn(name, Math.Min(numbers.Count, MostChoices), [.. texts.Select(text => (double)numbers[text])]);
    }
}
