using Convergence.Evolution.Samplers;
using Convergence.Evolution.Trials;

namespace Convergence.Bench.Search;

/// <summary>Runs of a sampler on a function.</summary>
internal static class SearchRuns
{
    public static readonly int[] Checkpoints = [25, 50, 100, 200];

    /// <summary>The simple regret of each seed after each of the <see cref="Checkpoints"/>.</summary>
    public static double[][] Regrets(TestFunction function, Func<ulong, ISampler> sampler, int seedCount, int threadCount)
    {
        var regrets = new double[seedCount][];
        Parallel.For(0, seedCount, new ParallelOptions { MaxDegreeOfParallelism = threadCount }, seed =>
            regrets[seed] = Run(function, sampler((ulong)seed), (ulong)seed));
        return regrets;
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static double[] Run(TestFunction function, ISampler sampler, ulong seed)
    {
        var search = new TrialSearch(function.Space, sampler, seed);
        var best = double.PositiveInfinity;
        var regrets = new List<double>();
        for (var count = 1; count <= Checkpoints[^1]; count++)
        {
            var trial = search.Ask()[0];
            var loss = function.Loss(trial.Configuration);
            search.Tell(trial.Id, loss);
            best = Math.Min(best, loss);
            if (Checkpoints.Contains(count))
            {
                regrets.Add(best - function.Minimum);
            }
        }

        return [.. regrets];
    }
}
