using Convergence.Evolution.Learning;
using Convergence.Evolution.Samplers;
using Convergence.Evolution.Trials;

namespace Convergence.Bench.Search;

/// <summary>Searches with and without the experience of former ones, on problems like theirs.</summary>
internal static class ExperienceRuns
{
    public static readonly int[] Checkpoints = [10, 25, 50, 100];

    private const int FormerCount = 4;
    private const int FormerTrials = 60;

    /// <summary>How far the present problem lies from the function itself.</summary>
    private const double Present = 0.05;

    /// <summary>The best loss of each seed after each of the <see cref="Checkpoints"/>, above the function's minimum.</summary>
    /// <param name="function">The function whose variants are searched.</param>
    /// <param name="deviation">How far the problems of former searches lie from the function.</param>
    /// <param name="use">What to make of the former searches; <see langword="null"/>: nothing.</param>
    /// <param name="seedCount">How many runs.</param>
    /// <param name="threadCount">How many at once.</param>
    public static double[][] Regrets(
        TestFunction function,
        double deviation,
        Func<IReadOnlyList<IReadOnlyList<FormerTrial>>, SearchExperience>? use,
        int seedCount,
        int threadCount)
    {
        var regrets = new double[seedCount][];
        Parallel.For(0, seedCount, new ParallelOptions { MaxDegreeOfParallelism = threadCount }, run =>
        {
            var seed = (ulong)run * 100;
            var experience = use?.Invoke([.. Enumerable.Range(1, FormerCount).Select(former =>
                Former(RelatedFunctions.Variant(function, deviation, seed + (ulong)former), seed + (ulong)former))]);
            var trials = Search(RelatedFunctions.Variant(function, Present, seed), experience, seed, Checkpoints[^1]);
            regrets[run] = [.. Checkpoints.Select(count => trials.Take(count).Min(trial => trial.Loss) - function.Minimum)];
        });
        return regrets;
    }

    private static List<FormerTrial> Former(TestFunction function, ulong seed) => Search(function, null, seed, FormerTrials);

    private static List<FormerTrial> Search(TestFunction function, SearchExperience? experience, ulong seed, int count)
    {
        var search = new TrialSearch(function.Space, PortfolioSampler.Default(experience), seed);
        var trials = new List<FormerTrial>();
        while (trials.Count < count)
        {
            var trial = search.Ask()[0];
            var loss = function.Loss(trial.Configuration);
            search.Tell(trial.Id, loss);
            trials.Add(new FormerTrial(trial.Configuration, loss, trial.Origin));
        }

        return trials;
    }
}
