using Convergence.Evolution.Bandits;
using Convergence.Evolution.Randomness;
using static Convergence.Bench.Tables.ResultTable;

namespace Convergence.Bench.Tables;

/// <summary>The mean regret of Thompson sampling on three Bernoulli bandits, 500 runs of 10 000 plays.</summary>
internal static class BanditRows
{
    private const int RunCount = 500;
    private const int PlayCount = 10_000;

    // The means are those of another implementation, 500 runs too, so both have a standard error;
    // "within noise" is three of their difference.
    private static readonly (string Name, double[] Rates, double Expected)[] Bandits =
    [
        ("A (0.9, 0.8)", [0.9, 0.8], 9.5),
        ("B, ten arms of 0.1 to 0.01", [0.1, 0.05, 0.05, 0.05, 0.02, 0.02, 0.02, 0.01, 0.01, 0.01], 82.0),
        ("C (0.82, 0.8, 0.78, 0.74, 0.65)", [0.82, 0.8, 0.78, 0.74, 0.65], 77.2),
    ];

    public static void Add(ResultTable table, int threadCount)
    {
        foreach (var (name, rates, expected) in Bandits)
        {
            var regrets = new double[RunCount];
            Parallel.For(
                0, RunCount, new ParallelOptions { MaxDegreeOfParallelism = threadCount }, run => regrets[run] = Regret(rates, (ulong)run));
            var mean = regrets.Average();
            var error = Math.Sqrt(regrets.Sum(regret => (regret - mean) * (regret - mean)) / RunCount / RunCount);
            table.Add(
                $"Thompson sampling, regret after {PlayCount} plays, {name}",
                $"{Number(mean, "0.0")} ± {Number(error, "0.0")}",
                $"numpy {Number(expected, "0.0")}",
                Number(mean / expected),
                "within three standard errors of the difference", Math.Abs(mean - expected) <= 3 * Math.Sqrt(2) * error);
        }
    }

    private static double Regret(double[] rates, ulong seed)
    {
        var (bandit, random, regret, best) = (new ThompsonBandit(rates.Length), new SearchRandom(seed), 0.0, rates.Max());
        for (var play = 0; play < PlayCount; play++)
        {
            var arm = bandit.Choose(random);
            bandit.Update(arm, random.NextBoolean(rates[arm]));
            regret += best - rates[arm];
        }

        return regret;
    }
}
