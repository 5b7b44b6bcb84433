using Convergence.EvoMerge.Configuration;

namespace Convergence.EvoMerge.Runs;

/// <summary>How long the generations that are still to come will take, at the pace of those of this process.</summary>
internal static class TimeLeft
{
    /// <summary>
    /// An estimate that knows the budget: a run of a hundred generations whose minutes are over in two has two generations left.
    /// </summary>
    /// <param name="config">The job.</param>
    /// <param name="generationCount">Generations done.</param>
    /// <param name="evaluationCount">Evaluations made.</param>
    /// <param name="elapsed">Time spent, resumed parts included.</param>
    /// <param name="lap">The mean time of a generation; <see langword="null"/> while unknown.</param>
    /// <returns><see langword="null"/> while unknown.</returns>
    public static TimeSpan? Of(EvoMergeConfig config, int generationCount, int evaluationCount, TimeSpan elapsed, TimeSpan? lap)
    {
        if (lap is not { } mean)
        {
            return null;
        }

        double generations = config.Generations - generationCount;
        if (config.Budget.Evaluations is { } evaluations)
        {
            generations = Math.Min(generations, Math.Max(0, evaluations - evaluationCount) / (config.PopulationSize - config.EliteSize));
        }

        if (config.Budget.Minutes is { } minutes && mean > TimeSpan.Zero)
        {
            // The clock is looked at between generations, so the last one is played to its end.
            generations = Math.Min(generations, Math.Max(0, Math.Ceiling((minutes - elapsed.TotalMinutes) / mean.TotalMinutes)));
        }

        return mean * Math.Max(0, generations);
    }
}
