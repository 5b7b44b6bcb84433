using System.Diagnostics;
using System.Text.Json.Nodes;
using Convergence.Bench.Optimizing;
using static Convergence.Bench.Tables.ResultTable;

namespace Convergence.Bench.Tables;

/// <summary>
/// How many of an API's calls whole optimization runs get through, against what as many workers that never wait would: whole runs with
/// cassette, budget and search, over an API that answers every call after 200 ms.
/// </summary>
internal static class OptimizerTable
{
    private const int Workers = 50;
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(200);

    public static ResultTable Measure(int threadCount)
    {
        _ = threadCount;
        var table = new ResultTable($"Optimization runs: calls of {Latency.TotalMilliseconds} ms through {Workers} workers");

        // The first run compiles.
        _ = Run(generations: 1, cases: 10);
        var memory = Add(table, "1 000 calls, 20 configurations x 50 cases", generations: 1, cases: 50);
        Add(table, "1 000 calls, 5 generations x 20 configurations x 10 cases", generations: 5, cases: 10);
        var large = Add(table, "5 000 calls, 5 generations x 20 configurations x 50 cases", generations: 5, cases: 50);
        var perCall = (large - memory) / 4000;
        table.Add(
            "what a call leaves in memory until the run ends", $"{perCall} bytes", "", "", "< 4 KB: its answer and scores", perCall < 4096);
        return table;
    }

    private static long Add(ResultTable table, string what, int generations, int cases)
    {
        var (calls, seconds, memory) = Run(generations, cases);
        var ideal = calls * Latency.TotalSeconds / Workers;
        table.Add(
            what, $"{Number(seconds)} s", $"{Number(ideal)} s without any waiting", $"{Number(100 * ideal / seconds, "0.0")} %",
            ">= 95 %", ideal / seconds >= .95);
        return memory;
    }

    private static (int Calls, double Seconds, long Memory) Run(int generations, int cases)
    {
        var directory = Directory.CreateTempSubdirectory("convergence-bench-");
        try
        {
            using var api = new SlowApi(Latency);
            var watch = Stopwatch.StartNew();
            var result = Convergence.Run.OptimizeAsync(
                Config(directory.FullName, generations, cases),
                new RunOptions
                {
                    CreateClient = _ => new HttpClient(api, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan },
                    Evaluator = (scored, _, _) => ValueTask.FromResult((double)scored.Parameters["temperature"]! / 2),
                }).GetAwaiter().GetResult();
            var seconds = watch.Elapsed.TotalSeconds;
            var memory = GC.GetTotalMemory(forceFullCollection: true);
            GC.KeepAlive(result);
            return result.Success ? (api.Calls, seconds, memory) : throw new InvalidOperationException(result.Error);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static JsonObject Config(string directory, int generations, int cases) => new()
    {
        ["api"] = new JsonObject { ["name"] = "slow", ["endpoint"] = "http://127.0.0.1:9/v1/chat/completions" },
        ["search_space"] = new JsonObject
        {
            ["parameters"] = new JsonObject { ["temperature"] = new JsonObject { ["type"] = "float", ["min"] = 0, ["max"] = 2 } },
        },
        ["evaluation"] = new JsonObject
        {
            ["hold_out"] = 0,
            ["test_cases"] = new JsonObject
            {
                ["inline"] = new JsonArray([.. Enumerable.Range(0, cases).Select(index => new JsonObject
                {
                    ["id"] = $"case {index}", ["input"] = new JsonObject { ["prompt"] = $"question {index}" },
                })]),
            },
            ["metrics"] = new JsonObject { ["quality"] = new JsonObject { ["weight"] = 1 } },
        },
        ["optimization"] = new JsonObject
        {
            ["algorithm"] = "random",
            ["racing"] = false,
            ["evolution"] = new JsonObject { ["population_size"] = 20, ["generations"] = generations },
            ["execution"] = new JsonObject
            {
                ["parallel_workers"] = Workers,
                ["early_stopping"] = new JsonObject { ["enabled"] = false },
            },
        },
        ["output"] = new JsonObject { ["save_path"] = Path.Combine(directory, "results") },
        ["legacy"] = new JsonObject { ["enabled"] = false },
        ["storage"] = new JsonObject { ["backend"] = "memory" },
    };
}
