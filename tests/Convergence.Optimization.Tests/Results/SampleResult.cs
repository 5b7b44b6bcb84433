using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Convergence.Evolution.Randomness;
using Convergence.Optimization.Results;
using Convergence.Optimization.Runs;

namespace Convergence.Optimization.Tests.Results;

/// <summary>Results as runs make them, without a run.</summary>
internal static class SampleResult
{
    private static readonly DateTimeOffset Start = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    public static ReportSettings Settings { get; } = new()
    {
        Endpoint = "http://127.0.0.1:8080/v1/chat/completions",
        Metrics = [new("quality", .7), new("latency_ms", .2), new("cost_usd", .1)],
        Parameters = ["model", "temperature", "max_tokens"],
        Formats = ["json", "markdown", "csv", "html"],
        Visualizations = ["score_over_time", "parameter_importance", "pareto_front", "cost_vs_quality", "case_heat_map"],
        Source = "optimization.yaml",
    };

    /// <summary>Two configurations, one of which failed; values that are written in some special way.</summary>
    public static OptimizationResult Small { get; } = Result(
    [
        new ConfigurationOutcome
        {
            Id = 0,
            Parameters = new JsonObject { ["stop"] = new JsonArray("\n\n"), ["stream"] = false, ["note"] = "a, \"b\"", ["none"] = null },
            Generation = 1,
            Origin = "random",
            Timestamp = Start,
            Score = 1,
            Metrics = ImmutableSortedDictionary<string, double>.Empty.Add("quality", 1),
            Cases =
            [
                Call("capital", 1, heldOut: false),
                Call("river", .5, heldOut: true),
            ],
        },
        new ConfigurationOutcome
        {
            Id = 1,
            Parameters = new JsonObject { ["stop"] = null, ["stream"] = true, ["top_k"] = 4 },
            Generation = 2,
            Origin = "evolution",
            Timestamp = Start.AddMilliseconds(1500),
            Error = "every call failed: 429",
        },
    ]);

    /// <summary>
    /// Many configurations of three parameters, of which the model matters most; with a baseline, held-out cases and a verdict.
    /// </summary>
    public static OptimizationResult Large { get; } = MakeLarge();

    /// <summary>A verdict that is final: nothing more is needed.</summary>
    public static Verdict Decided { get; } = new(Advice.Ship, .1, .05, .15, null, null, "Ship it.");

    public static OptimizationResult Result(ImmutableArray<ConfigurationOutcome> configurations) => new()
    {
        RunId = "sample_1772600767_a1b2c3d4",
        Timestamp = Start,
        ApiName = "sample <api>",
        Configurations = configurations,
        Best = configurations.Where(outcome => !outcome.IsPruned).MaxBy(outcome => outcome.Score) is { Score: not null } best ? best : null,
        GenerationsRun = 2,
        StopReason = "all generations done",
        Spent = new SpendSummary(.0123m, 42, 4200, 7, TimeSpan.FromSeconds(65)),
        Notes = ["api.response.error_field: is not looked at."],
    };

    private static OptimizationResult MakeLarge()
    {
        var random = new SearchRandom(7);
        var outcomes = Enumerable.Range(0, 60).Select(id => Outcome(id, random)).ToImmutableArray();
        var result = Result(outcomes);
        return result with
        {
            Front = [outcomes[3], outcomes[5]],
            Hypervolume = .61,
            Estimate = new CorrectedScore(result.Best!.Score!.Value - .05, result.Best.Score.Value - .12, result.Best.Score.Value, true),
            Verdict = new Verdict(
                Advice.NeedMoreCases, .04, -.01, .09, 40, .25m,
                "Not decided: the winner is 0.0400 better than the configuration in use, 95 % interval [−0.0100, +0.0900]."),
        };
    }

    private static ConfigurationOutcome Outcome(int id, SearchRandom random)
    {
        string[] models = ["nano", "mini", "big"];
        var (model, temperature, tokens) = (random.Next(3), random.NextDouble(), (int)Math.Pow(2, 5 + random.Next(6)));
        var quality = Math.Clamp(.3 + (.25 * model) - (.3 * Math.Pow(temperature - .3, 2)) + (.05 * random.NextDouble()), 0, 1);
        var isPruned = id % 7 == 6;
        var calls = Enumerable.Range(0, isPruned ? 4 : 16).Select(index => Call(
            $"case number {index + 1}", Math.Clamp(quality + (.4 * (random.NextDouble() - .5)) - (index % 5 * .08), 0, 1), index >= 12) with
        {
            LatencyMilliseconds = (200 * (model + 1)) + tokens,
            CostUsd = 1e-5 * Math.Pow(4, model) * tokens,
        }).ToImmutableArray();
        var searched = calls.Where(call => !call.IsHeldOut).ToList();
        return new ConfigurationOutcome
        {
            Id = id,
            Parameters = new JsonObject
            {
                ["model"] = models[model],
                ["temperature"] = Math.Round(temperature, 3),
                ["max_tokens"] = tokens,
            },
            Generation = 1 + (id / 20),
            Origin = id == 0 ? "baseline" : id % 2 == 0 ? "tpe" : "evolution",
            Timestamp = Start.AddSeconds(id),
            Score = searched.Average(call => call.Score),
            Metrics = ImmutableSortedDictionary<string, double>.Empty
                .Add("quality", searched.Average(call => call.Score)!.Value)
                .Add("latency_ms", 1 - (((200 * (model + 1)) + tokens) / 2000.0))
                .Add("cost_usd", 1 - (.1 * model)),
            Cases = calls,
            IsPruned = isPruned,
        };
    }

    private static CaseOutcome Call(string id, double score, bool heldOut) => new()
    {
        TestCaseId = id,
        Repetition = 0,
        Input = new JsonObject { ["prompt"] = "What is the capital of Japan?" },
        Response = new JsonObject { ["text"] = "Tokyo" },
        ResponseText = "Tokyo",
        Score = score,
        Metrics = ImmutableSortedDictionary<string, double>.Empty.Add("quality", score),
        LatencyMilliseconds = 250,
        CostUsd = 2e-5,
        IsHeldOut = heldOut,
    };
}
