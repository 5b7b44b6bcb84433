using Convergence.Evolution.Racing;
using Convergence.Evolution.Randomness;
using MathNet.Numerics.Distributions;

namespace Convergence.Bench.Search;

/// <summary>
/// Races over made-up binary test cases: the logit of success is 0.5 + ability - difficulty, abilities Normal(0, 0.6), difficulties
/// Normal(0, 1.2). The truth of a configuration is its expectation over all difficulties.
/// </summary>
internal static class RacingRuns
{
    private const int RunCount = 300;
    private const int InsiderCount = 6;

    private static readonly double[] Difficulties =
        [.. Enumerable.Range(0, 2000).Select(index => Normal.InvCDF(0, 1.2, (index + 0.5) / 2000))];

    public static RacingResult Measure(int configurationCount, int caseCount, int threadCount)
    {
        var runs = new RacingResult[RunCount];
        Parallel.For(0, RunCount, new ParallelOptions { MaxDegreeOfParallelism = threadCount }, run =>
            runs[run] = Run(configurationCount, caseCount, (ulong)run));
        return RacingResult.Mean(runs);
    }

    private static RacingResult Run(int configurationCount, int caseCount, ulong seed)
    {
        var random = new SearchRandom(seed);
        double[] abilities = [.. Enumerable.Range(0, configurationCount).Select(_ => Normal.Sample(random, 0, 0.6))];
        double[] cases = [.. Enumerable.Range(0, caseCount).Select(_ => Normal.Sample(random, 0, 1.2))];
        double[][] scores =
        [
            .. abilities.Select(ability => cases.Select(difficulty => random.NextBoolean(Rate(ability, difficulty)) ? 1.0 : 0.0).ToArray()),
        ];
        double[] truths = [.. abilities.Select(ability => Difficulties.Average(difficulty => Rate(ability, difficulty)))];
        var best = truths.Max();

        var halving = SuccessiveHalving.Run(
            new CaseScores(configurationCount, caseCount), (configuration, index) => scores[configuration][index]);
        var budget = SuccessiveHalving.CallCount(configurationCount, caseCount);
        var wilcoxon = WilcoxonRace.Run(scores);
        var race = Race(scores, budget);
        var winner = race.Leader;
        var estimate = EstimateOf(race.Scores, winner);
        return new RacingResult
        {
            HalvingCalls = budget,
            HalvingRegret = best - truths[halving],
            WilcoxonCalls = wilcoxon.Calls,
            WilcoxonRegret = best - truths[wilcoxon.Winner],
            WholeRegret = best - truths[BestOf(scores, Enumerable.Range(0, configurationCount), caseCount)],
            Calls = Enumerable.Range(0, configurationCount).Sum(race.Scores.MetBy),
            Regret = best - truths[winner],
            InsiderRegret = best - truths[Insider(scores, truths, budget)],
            NaiveExcess = race.Scores.MeanOf(winner) - truths[winner],
            Excess = estimate.Value - truths[winner],
            Covered = truths[winner] >= estimate.Lower && truths[winner] <= estimate.Upper ? 1 : 0,
            Width = estimate.Upper - estimate.Lower,
        };
    }

    private static CaseRace Race(double[][] scores, int budget)
    {
        var race = new CaseRace(scores.Length, scores[0].Length, new CaseRaceOptions { Budget = budget });
        while (race.Next() is var (configuration, testCase))
        {
            race.Tell(configuration, testCase, scores[configuration][testCase]);
        }

        return race;
    }

    private static ScoreEstimate EstimateOf(CaseScores scores, int configuration)
    {
        var model = new AbilityModel(scores);
        model.Fit(sweeps: 200);
        return model.EstimateOf(configuration);
    }

    private static int Insider(double[][] scores, double[] truths, int budget)
    {
        int[] known = [.. Enumerable.Range(0, truths.Length).OrderByDescending(index => truths[index]).Take(InsiderCount).Order()];
        return BestOf(scores, known, Math.Min(scores[0].Length, budget / known.Length));
    }

    private static int BestOf(double[][] scores, IEnumerable<int> configurations, int caseCount) =>
        configurations.MaxBy(index => scores[index].Take(caseCount).Sum());

    private static double Rate(double ability, double difficulty) => 1 / (1 + Math.Exp(difficulty - ability - 0.5));
}
