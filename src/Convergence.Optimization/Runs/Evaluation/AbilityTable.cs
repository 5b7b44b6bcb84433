using Convergence.Evolution.Racing;

namespace Convergence.Optimization.Runs.Evaluation;

/// <summary>
/// Scores of configurations on the run's cases, and what they say of the configurations' abilities: one model for each
/// objective. Weighted cases count by their weight, as a model of the products of score and weight. Not thread-safe.
/// </summary>
internal sealed class AbilityTable
{
    private readonly CaseScores[] _scores;
    private readonly AbilityModel[] _models;
    private readonly IReadOnlyList<double> _weights;

    /// <param name="rowCount">Configurations, at least 1.</param>
    /// <param name="objectiveCount">Objectives, at least 1.</param>
    /// <param name="weights">A weight for each case, on the mean 1.</param>
    public AbilityTable(int rowCount, int objectiveCount, IReadOnlyList<double> weights)
    {
        _weights = weights;
        _scores = [.. Enumerable.Range(0, objectiveCount).Select(_ => new CaseScores(rowCount, weights.Count))];
        _models = [.. _scores.Select(scores => new AbilityModel(scores))];
    }

    /// <summary>How many cases a configuration has met.</summary>
    public int MetBy(int row) => _scores[0].MetBy(row);

    /// <summary>The values of a configuration on a case, told by its place; <see langword="null"/> when it was not scored.</summary>
    public void Add(int row, int place, double[]? values)
    {
        var weight = _weights[place];
        for (var objective = 0; objective < _scores.Length; objective++)
        {
            _scores[objective].Add(row, place, weight * values?[objective]);
        }
    }

    /// <summary>Takes in what was added.</summary>
    public void Fit(int sweeps)
    {
        foreach (var model in _models)
        {
            model.Fit(sweeps);
        }
    }

    /// <summary>
    /// By how many standard deviations the first configuration's ability is above the second's, in the objective in which that is most.
    /// </summary>
    public double HighestLead(int first, int second) => _models.Max(model =>
        (model.AbilityOf(first) - model.AbilityOf(second)) / Math.Sqrt(model.VarianceOf(first) + model.VarianceOf(second)));

    /// <summary>The difference of two abilities, with its variance, in the first objective.</summary>
    public (double Value, double Variance) Difference(int first, int second) =>
        (_models[0].AbilityOf(first) - _models[0].AbilityOf(second), _models[0].VarianceOf(first) + _models[0].VarianceOf(second));

    /// <summary>What a configuration scores on the mean, in each objective.</summary>
    public double[] EstimatesOf(int row) => [.. _models.Select(model => model.EstimateOf(row).Value)];

    /// <summary>What a configuration scores on the mean in the first objective, with an interval.</summary>
    public ScoreEstimate EstimateOf(int row, double confidence) => _models[0].EstimateOf(row, confidence);
}
