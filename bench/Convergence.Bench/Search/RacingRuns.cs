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

    private static readonly double[] Difficulties =
        [.. Enumerable.Range(0, 2000).Select(index => Normal.InvCDF(0, 1.2, (index + 0.5) / 2000))];

    public static RacingResult Measure(int configurationCount, int caseCount, int threadCount)
    {
        var runs = new RacingResult[RunCount];
        Parallel.For(0, RunCount, new ParallelOptions { MaxDegreeOfParallelism = threadCount }, run =>
            runs[run] = Run(configurationCount, caseCount, (ulong)run));
        return new RacingResult(
            runs.Average(run => run.HalvingCalls), runs.Average(run => run.HalvingRegret),
            runs.Average(run => run.Calls), runs.Average(run => run.Regret),
            runs.Average(run => run.NaiveExcess), runs.Average(run => run.Excess),
            runs.Average(run => run.Covered), runs.Average(run => run.Width));
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
        var race = new CaseRace(configurationCount, caseCount, new CaseRaceOptions { Budget = budget }, seed);
        var calls = 0;
        for (; race.End is null; calls++)
        {
            var (configuration, index) = race.Next();
            race.Tell(configuration, scores[configuration][index]);
        }

        var winner = race.Model.Leader;
        var estimate = race.Model.EstimateOf(winner);
        return new RacingResult(
            budget, best - truths[halving], calls, best - truths[winner],
            race.Scores.MeanOf(winner) - truths[winner], estimate.Value - truths[winner],
            truths[winner] >= estimate.Lower && truths[winner] <= estimate.Upper ? 1 : 0, estimate.Upper - estimate.Lower);
    }

    private static double Rate(double ability, double difficulty) => 1 / (1 + Math.Exp(difficulty - ability - 0.5));
}
