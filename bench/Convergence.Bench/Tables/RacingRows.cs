using Convergence.Bench.Search;
using static Convergence.Bench.Tables.ResultTable;

namespace Convergence.Bench.Tables;

/// <summary>Races over test cases at the calls of successive halving, 300 runs each.</summary>
internal static class RacingRows
{
    // The regrets of the sequential Wilcoxon test against the incumbent (p 0.1) were measured once, in another simulation of the same law.
    private static readonly (int Configurations, int Cases, int WilcoxonCalls, double WilcoxonRegret)[] Sizes =
        [(20, 20, 240, 0.047), (20, 100, 668, 0.018), (50, 20, 517, 0.064), (72, 7, 427, 0.108), (50, 200, 1755, 0.017)];

    public static void Add(ResultTable table, int threadCount)
    {
        foreach (var (configurations, cases, wilcoxonCalls, wilcoxonRegret) in Sizes)
        {
            var result = RacingRuns.Measure(configurations, cases, threadCount);
            table.Add(
                $"race of {configurations} configurations over {cases} cases",
                $"{Number(result.Calls, "0")} calls, regret {Number(result.Regret, "0.000")}",
                $"halving {Number(result.HalvingCalls, "0")}, {Number(result.HalvingRegret, "0.000")}; "
                + $"Wilcoxon {wilcoxonCalls}, {Number(wilcoxonRegret, "0.000")}",
                Number(result.Regret / wilcoxonRegret),
                "calls <= halving, regret <= Wilcoxon",
                result.Calls <= result.HalvingCalls && result.Regret <= wilcoxonRegret);
            table.Add(
                $"the winner's interval of 95 %, {configurations} over {cases}",
                $"holds the truth in {Number(100 * result.Covered, "0")} %, width {Number(result.Width)}, "
                + $"excess {Number(result.Excess, "+0.000;-0.000")}",
                $"the mean of its scores: excess {Number(result.NaiveExcess, "+0.000;-0.000")}", "", ">= 93 %", result.Covered >= 0.93);
        }
    }
}
