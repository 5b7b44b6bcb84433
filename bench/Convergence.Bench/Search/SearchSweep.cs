using System.Diagnostics;

namespace Convergence.Bench.Search;

/// <summary><c>search SAMPLER FUNCTION[,FUNCTION…] SEEDS</c>: the medians of one sampler, for work on it.</summary>
internal static class SearchSweep
{
    public static void Run(string sampler, string functions, int seedCount, TextWriter output)
    {
        foreach (var function in TestFunctions.All.Where(function => functions == "all" || functions.Split(',').Contains(function.Name)))
        {
            var watch = Stopwatch.StartNew();
            var regrets = SearchRuns.Regrets(function, seed => Samplers.Create(sampler, seed), seedCount, Environment.ProcessorCount);
            var medians = SearchRuns.Checkpoints.Select((_, index) => SearchRuns.Median(regrets.Select(run => run[index])));
            var columns = string.Join("  ", medians.Select(median => $"{median,10:G4}"));
            output.WriteLine($"{sampler,-18} {function.Name,-12} {columns}   {watch.Elapsed.TotalSeconds:0.0} s");
            output.Flush();
        }
    }
}
