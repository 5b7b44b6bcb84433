using System.Text.Json.Nodes;
using Convergence.Optimization.Calls.Spending;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.Runs;
using Convergence.Optimization.Scoring;
using Convergence.Optimization.TestCases;

namespace Convergence.Optimization.Tests.Runs;

/// <summary>Small runs over a target that computes its answers.</summary>
internal static class RunFixture
{
    /// <summary>The score of a configuration (x in [0, 1] is best at 0.7) on a case: some cases are harder than others.</summary>
    public static double? Quality(JsonObject parameters, TestCase testCase)
    {
        var x = (double)parameters["x"]!;
        return Math.Clamp(.9 - (.8 * Math.Abs(x - .7)) - (.02 * (testCase.Id.Length % 3)), 0, 1);
    }

    public static OptimizationConfig Config(int cases = 4, Func<SearchConfig, SearchConfig>? search = null) => new()
    {
        Api = new ApiConfig { Name = "tested" },
        SearchSpace = new SearchSpaceConfig(
        [
            new ParameterConfig { Name = "x", Kind = ParameterKind.Continuous, Min = 0, Max = 1 },
            new ParameterConfig { Name = "y", Kind = ParameterKind.Categorical, Values = ["a", "b"] },
        ]),
        Evaluation = new EvaluationConfig
        {
            TestCases = [.. Enumerable.Range(0, cases).Select(index => new TestCase { Id = $"case{new string('i', index)}", Input = [] })],
            Metrics = [new MetricConfig { Name = "quality" }],
        },
        Optimization = (search ?? (same => same))(new SearchConfig
        {
            Algorithm = "random",
            Evolution = new EvolutionConfig { PopulationSize = 6, Generations = 4 },
        }),
        Directory = Path.GetTempPath(),
        Storage = new StorageConfig { Backend = StorageBackend.Memory },
    };

    public static RunParts Parts(RecordingTarget target, OptimizationConfig config, IMetricScorer? scorer = null) => new()
    {
        Space = ParameterSpace.Of(config.SearchSpace),
        Target = target,
        Metrics = [.. config.Evaluation.Metrics.Select(metric => new MetricScorer(metric, scorer ?? new ValueScorer()))],
        Ledger = new SpendLedger(new SpendLimits(), TimeProvider.System),
        Time = TimeProvider.System,
    };

    public static Task<OptimizationResult> RunAsync(RecordingTarget target, OptimizationConfig config) =>
        new OptimizationRun(config, Parts(target, config)).RunAsync();

    /// <summary>What two equal runs have in common: everything but times and what was paid when.</summary>
    public static string Essence(OptimizationResult result) => string.Join('\n', result.Configurations
        .Select(outcome => $"{outcome.Id} {outcome.Generation} {outcome.Origin} {outcome.Parameters.ToJsonString()} {outcome.Score:R} "
            + $"{outcome.IsPruned} {string.Join(',', outcome.Cases.Select(found => $"{found.TestCaseId}:{found.Score:R}"))}")
        .Append($"{result.Best?.Id} {result.Estimate} {result.Verdict} {result.StopReason} {result.GenerationsRun}"));
}
