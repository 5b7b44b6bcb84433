using System.Collections.Immutable;
using Convergence.Optimization.Calls.Spending;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.Runs.Resuming;
using Convergence.Optimization.Scoring;
using Convergence.Optimization.Scoring.Judging;
using Convergence.Optimization.Society;
using Convergence.Optimization.Storage;
using Convergence.Optimization.Targets;
using Convergence.Optimization.TestCases;

namespace Convergence.Optimization.Runs;

/// <summary>What a run works with, made from its configuration.</summary>
public sealed record RunParts
{
    public required ParameterSpace Space { get; init; }

    public required ICallTarget Target { get; init; }

    /// <value>One for each metric.</value>
    public required ImmutableArray<MetricScorer> Metrics { get; init; }

    /// <value>What paid calls are booked in; the target's and the judges'.</value>
    public required SpendLedger Ledger { get; init; }

    public required TimeProvider Time { get; init; }

    /// <value>What a reader of the run should know. Default: of this run alone.</value>
    public RunNotes Notes { get; init; } = new();

    /// <value>The history across runs; <see langword="null"/> (default): none.</value>
    public ILegacyStore? Legacy { get; init; }

    /// <value>What scoring one answer takes of judges and of models that embed. Default: nothing.</value>
    public Func<TestCase, ScoringForecast> ForecastScoring { get; init; } = _ => new ScoringForecast(0, 0, 0, 0, HasPrice: true);

    /// <value>How much judges disagreed with themselves so far, by metric. Default: nobody judges.</value>
    public Func<IReadOnlyDictionary<string, JudgeNoise>> ReadJudgeNoise { get; init; } =
        () => ImmutableDictionary<string, JudgeNoise>.Empty;

    /// <value>Models that reason about the search; <see langword="null"/> (default): none.</value>
    internal SocietyParts? Society { get; init; }

    /// <value>What is kept of the run, so that it can be taken up again; <see langword="null"/> (default): nothing.</value>
    public RunJournal? Journal { get; init; }

    /// <value>Where results are kept for other programs; <see langword="null"/> (default): nowhere.</value>
    public IResultStore? Results { get; init; }

    /// <value>The history's session; needed with <see cref="Legacy"/>.</value>
    public LegacySession? Session { get; init; }
}
