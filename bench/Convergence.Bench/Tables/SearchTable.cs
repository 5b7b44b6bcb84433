using System.Diagnostics;
using Convergence.Bench.Search;
using Convergence.Evolution.Samplers;
using Convergence.Evolution.Spaces;
using Convergence.Evolution.Trials;
using static Convergence.Bench.Tables.ResultTable;

namespace Convergence.Bench.Tables;

/// <summary>
/// The portfolio on eleven functions against Optuna's samplers, the time of its suggestions, and Thompson sampling on three bandits.
/// </summary>
internal static class SearchTable
{
    private const int SeedCount = 30;

    public static ResultTable Measure(int threadCount)
    {
        var table = new ResultTable($"Search: median simple regrets of {SeedCount} seeds; peers are Optuna 3.1.0, measured once");
        AddFunctions(table, threadCount);
        ExperienceRows.Add(table, threadCount);
        AddSuggestionTime(table);
        BanditRows.Add(table, threadCount);
        return table;
    }

    private static void AddFunctions(ResultTable table, int threadCount)
    {
        var peers = new PeerRegrets();
        var own = TestFunctions.All.ToDictionary(function => function.Name, function => Medians(function, threadCount));
        foreach (var (name, medians) in own)
        {
            var llm = name == "llmconfig";
            table.Add(
                $"{name}, regret at 25 / 50 / 100 / 200",
                Join(medians),
                $"TPE {Join(peers.Of("tpe", name)!)}; CMA-ES {(peers.Of("cma-es", name) is { } cma ? Join(cma) : "cannot")}",
                "",
                llm ? "<= 0.0033 at 100, <= 0.0008 at 200" : "",
                llm ? medians[2] <= 0.0033 && medians[3] <= 0.0008 : null);
        }

        for (var checkpoint = 1; checkpoint < SearchRuns.Checkpoints.Length; checkpoint++)
        {
            AddRanks(table, peers, own, checkpoint);
        }
    }

    private static void AddRanks(ResultTable table, PeerRegrets peers, Dictionary<string, double[]> own, int checkpoint)
    {
        string[] numeric = [.. own.Keys.Where(name => name != "llmconfig")];
        string[] all = [PortfolioSampler.SamplerName, .. peers.Samplers];
        var ranks = all.ToDictionary(
            sampler => sampler,
            sampler => numeric.Average(name => Rank(Value(sampler, name), [.. all.Select(other => Value(other, name))])));
        var last = checkpoint == SearchRuns.Checkpoints.Length - 1;
        var (rank, rival) = (ranks[PortfolioSampler.SamplerName], ranks[last ? "cma-es" : "tpe"]);
        table.Add(
            $"mean rank on the {numeric.Length} numeric functions at {SearchRuns.Checkpoints[checkpoint]}",
            Number(rank),
            string.Join(", ", peers.Samplers.Select(sampler => $"{sampler} {Number(ranks[sampler])}")),
            "",
            last ? "not worse than CMA-ES" : "better than TPE",
            last ? rank <= rival : rank < rival);

        double Value(string sampler, string name) =>
            (sampler == PortfolioSampler.SamplerName ? own[name] : peers.Of(sampler, name)!)[checkpoint];
    }

    private static void AddSuggestionTime(ResultTable table)
    {
        var space = new SearchSpace(Enumerable.Range(0, 20).Select(index => new FloatParameter($"x{index}", -1, 1)));
        var search = new TrialSearch(space, PortfolioSampler.Default(), 1);
        var times = new List<double>();
        for (var count = 0; count < 1020; count++)
        {
            var watch = Stopwatch.StartNew();
            var trial = search.Ask()[0];
            times.Add(watch.Elapsed.TotalMilliseconds);
            search.Tell(trial.Id, trial.Configuration.Codes.Sum(x => (x - 0.3) * (x - 0.3)));
        }

        var last = times[^40..];
        table.Add(
            "a suggestion, 20 parameters, 1000 trials told",
            $"median {Number(SearchRuns.Median(last), "0.0")} ms, longest of 40 {Number(last.Max(), "0.0")} ms",
            "", "", "< 50 ms", last.Max() < 50);
    }

    private static double[] Medians(TestFunction function, int threadCount)
    {
        var regrets = SearchRuns.Regrets(function, _ => PortfolioSampler.Default(), SeedCount, threadCount);
        return [.. SearchRuns.Checkpoints.Select((_, index) => SearchRuns.Median(regrets.Select(run => run[index])))];
    }

    /// <summary>1 for the lowest; equals share their mean.</summary>
    private static double Rank(double value, double[] all) =>
        all.Count(other => other < value) + ((all.Count(other => other == value) + 1) / 2.0);

    private static string Join(double[] medians) =>
        string.Join(" / ", medians.Select(median => median.ToString("G3", System.Globalization.CultureInfo.InvariantCulture)));
}
