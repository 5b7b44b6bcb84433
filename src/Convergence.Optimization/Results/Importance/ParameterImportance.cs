using System.Collections.Immutable;
using Convergence.Evolution.Randomness;
using Convergence.Optimization.Runs;

namespace Convergence.Optimization.Results.Importance;

/// <summary>
/// Which parameters matter: functional ANOVA over a random forest (Hutter, Hoos and Leyton-Brown, "An efficient approach for assessing
/// hyperparameter importance", ICML 2014). The forest learns scores from configurations; each of its trees is constant on boxes, so the
/// variance of its prediction over the whole space, and the part of it that one parameter has when all others are averaged out, are exact
/// sums. It is the whole space that counts, every value alike, not the places where the search spent its trials.
/// </summary>
public sealed record ParameterImportance
{
    /// <summary>Fewer configurations say nothing.</summary>
    public const int LeastConfigurations = 8;

    private const int MostConfigurations = 1000;
    private const int TreeCount = 48;

    /// <value>The most important first.</value>
    public required ImmutableArray<ParameterShare> Parameters { get; init; }

    /// <value>What only combinations of parameters explain, in [0, 1].</value>
    public required double Interactions { get; init; }

    /// <value>
    /// The share of the variance that trees explain of configurations that they have not learnt from. Near or below 0 the forest knows
    /// nothing, and shares mean nothing.
    /// </value>
    public required double Explained { get; init; }

    /// <summary>Finds it. The same configurations give the same figures.</summary>
    /// <param name="configurations">Those without a score are left out.</param>
    /// <param name="logarithmic">The parameters of which ratios count instead of differences.</param>
    /// <returns><see langword="null"/> where too few configurations were scored, or all alike.</returns>
    public static ParameterImportance? Of(
        IEnumerable<ConfigurationOutcome> configurations, IReadOnlyCollection<string> logarithmic)
    {
        var scored = configurations.Where(outcome => outcome.Score is { } score && double.IsFinite(score))
            .Take(MostConfigurations).ToList();
        if (scored.Count < LeastConfigurations || scored.Select(outcome => outcome.Score).Distinct().Count() == 1)
        {
            return null;
        }

        var table = ScoredTable.Of(scored, logarithmic);
        if (table.Columns.IsEmpty)
        {
            return null;
        }

        var forest = RegressionForest.Grow(table, TreeCount, new SearchRandom(1));
        var variances = forest.Trees.Select(tree => TreeVariance.Of(tree, table.Columns)).Where(tree => tree.Total > 0).ToList();
        return variances.Count == 0 ? null : new ParameterImportance
        {
            Parameters = [.. table.Columns.Select((column, index) => Share(column.Name, variances, index))
                .OrderByDescending(parameter => parameter.Share)],
            Interactions = variances.Average(tree => Math.Max(0, 1 - (tree.Single.Sum() / tree.Total))),
            Explained = forest.Explained,
        };
    }

    private static ParameterShare Share(string name, List<TreeVariance> trees, int column)
    {
        var shares = trees.Select(tree => tree.Single[column] / tree.Total).Order().ToList();
        return new ParameterShare(name, shares.Average(), shares[shares.Count / 10], shares[^(1 + (shares.Count / 10))]);
    }
}
