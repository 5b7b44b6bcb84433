using Convergence.Bench.Search;
using Convergence.Evolution.Learning;
using static Convergence.Bench.Tables.ResultTable;

namespace Convergence.Bench.Tables;

/// <summary>The portfolio with the experience of four former searches on problems like the present one, and without.</summary>
internal static class ExperienceRows
{
    private const int SeedCount = 30;
    private const double Like = 0.05;
    private const double Unlike = 0.4;

    public static void Add(ResultTable table, int threadCount)
    {
        var (wins, comparisons) = (0.0, 0);
        foreach (var function in TestFunctions.All)
        {
            var off = Medians(function, Like, null, threadCount);
            var learned = Medians(function, Like, searches => new SearchExperience(searches), threadCount);
            var values = Medians(function, Like, searches => new SearchExperience(searches.Select(Nameless)), threadCount);
            var misled = Medians(function, Unlike, searches => new SearchExperience(searches), threadCount);
            wins += learned.Zip(off, (with, without) => with < without ? 1 : with == without ? 0.5 : 0).Sum();
            comparisons += off.Length;
            table.Add(
                $"{function.Name} after four searches like it, regret at {string.Join(" / ", ExperienceRuns.Checkpoints)}",
                Join(learned),
                $"off {Join(off)}; values alone {Join(values)}; after searches unlike it {Join(misled)}",
                "", "", null);
        }

        table.Add(
            "comparisons that experience wins", $"{Number(wins, "0.#")} of {comparisons}", "", "", "> half", wins > comparisons / 2.0);
    }

    private static IReadOnlyList<FormerTrial> Nameless(IReadOnlyList<FormerTrial> search) =>
        [.. search.Select(trial => trial with { Origin = null })];

    private static double[] Medians(
        TestFunction function, double deviation, Func<IReadOnlyList<IReadOnlyList<FormerTrial>>, SearchExperience>? use, int threadCount)
    {
        var regrets = ExperienceRuns.Regrets(function, deviation, use, SeedCount, threadCount);
        return [.. ExperienceRuns.Checkpoints.Select((_, index) => SearchRuns.Median(regrets.Select(run => run[index])))];
    }

    private static string Join(double[] medians) =>
        string.Join(" / ", medians.Select(median => median.ToString("G3", System.Globalization.CultureInfo.InvariantCulture)));
}
