using Convergence.Bench.Search;
using static Convergence.Bench.Tables.ResultTable;

namespace Convergence.Bench.Tables;

/// <summary>
/// Races over test cases at the calls of successive halving, beside the sequential Wilcoxon test on the same runs; 300 each.
/// </summary>
internal static class RacingTable
{
    // Closer than this the two rules cannot be told apart by these runs.
    private const double StandardErrors = 2;

    private static readonly (int Configurations, int Cases)[] Sizes = [(20, 20), (20, 100), (50, 20), (72, 7), (50, 200)];

    public static ResultTable Measure(int threadCount)
    {
        var table = new ResultTable("Races over test cases: 300 runs each");
        foreach (var (configurations, cases) in Sizes)
        {
            var result = RacingRuns.Measure(configurations, cases, threadCount);
            table.Add(
                $"race of {configurations} configurations over {cases} cases",
                $"{Number(result.Calls, "0")} calls, regret {Number(result.Regret, "0.0000")}",
                $"halving {Number(result.HalvingCalls, "0")}, {Number(result.HalvingRegret, "0.0000")}; "
                + $"Wilcoxon {Number(result.WilcoxonCalls, "0")}, {Number(result.WilcoxonRegret, "0.0000")}; "
                + $"all {configurations * cases}, {Number(result.WholeRegret, "0.0000")}; "
                + $"an insider {Number(result.InsiderRegret, "0.0000")}",
                $"{Number(result.Regret / result.WilcoxonRegret)}, {Number(result.Difference, "+0.0;-0.0")} standard errors",
                "calls <= halving, regret <= Wilcoxon within two standard errors",
                result.Calls <= result.HalvingCalls && result.Difference <= StandardErrors);
            table.Add(
                $"the winner's interval of 95 %, {configurations} over {cases}",
                $"holds the truth in {Number(100 * result.Covered, "0")} %, width {Number(result.Width)}, "
                + $"excess {Number(result.Excess, "+0.000;-0.000")}",
                $"the mean of its scores: excess {Number(result.NaiveExcess, "+0.000;-0.000")}", "", ">= 93 %", result.Covered >= 0.93);
        }

        return table;
    }
}
