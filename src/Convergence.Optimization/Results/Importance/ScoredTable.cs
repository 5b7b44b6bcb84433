using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Convergence.Optimization.Runs;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Results.Importance;

/// <summary>Configurations as numbers, for learning: what ranges and choices there are is told from the configurations themselves.</summary>
/// <param name="Columns">The parameters that differ between configurations.</param>
/// <param name="Scores">By configuration.</param>
internal sealed record ScoredTable(ImmutableArray<ScoredColumn> Columns, ImmutableArray<double> Scores)
{
    /// <summary>Choices beyond this count as one: a tree's box keeps them in a word of 64 bits.</summary>
    public const int MostChoices = 64;

    // From this ratio of the largest to the smallest value on, ratios count instead of differences.
    private const double LogarithmicRatio = 30;

    public static ScoredTable Of(IReadOnlyList<ConfigurationOutcome> scored) => new(
        [
            .. scored.SelectMany(outcome => outcome.Parameters.Select(entry => entry.Key)).Distinct(StringComparer.Ordinal)
                .Select(name => ColumnOf(name, [.. scored.Select(outcome => outcome.Parameters[name])]))
                .Where(column => column.Values.Distinct().Count() > 1),
        ],
        [.. scored.Select(outcome => outcome.Score!.Value)]);

    private static ScoredColumn ColumnOf(string name, IReadOnlyList<JsonNode?> nodes)
    {
        var numbers = nodes.Select(JsonValues.Number).ToList();
        var known = numbers.OfType<double>().Distinct().ToList();

        // Two numbers are two choices; a configuration that lacks the parameter has no number.
        return known.Count > 2 && nodes.All(node => node is null || JsonValues.Number(node) is not null)
            ? new ScoredColumn(name, 0, Scaled(numbers, known.Min(), known.Max()))
            : Choices(name, [.. nodes.Select(node => node?.ToJsonString() ?? "null")]);
    }

    private static ImmutableArray<double> Scaled(IEnumerable<double?> numbers, double lowest, double highest)
    {
        var isLogarithmic = lowest > 0 && highest / lowest >= LogarithmicRatio;
        double Scale(double value) => isLogarithmic
            ? Math.Log(value / lowest) / Math.Log(highest / lowest)
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
