namespace Convergence.Optimization.Runs.Evaluation;

/// <summary>Takes a generation through the search's cases.</summary>
internal interface IGenerationSchedule : ICallSchedule
{
    /// <summary>
    /// What a configuration would score on all cases of the search, in each objective, by those it met; <see langword="null"/> when nobody
    /// knows.
    /// </summary>
    double[]? EstimatesOf(Entrant entrant);
}
