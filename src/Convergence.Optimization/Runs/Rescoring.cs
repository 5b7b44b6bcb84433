using System.Collections.Immutable;
using Convergence.Optimization.Calls.Spending;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.Evaluators;
using Convergence.Optimization.Runs.Concluding;
using Convergence.Optimization.Runs.Evaluation;
using Convergence.Optimization.Runs.Events;
using Convergence.Optimization.Runs.Resuming;
using Convergence.Optimization.Runs.Searching;
using Convergence.Optimization.Scoring;

namespace Convergence.Optimization.Runs;

/// <summary>Scores the kept answers of a run anew: other weights, other metrics, other expectations. Nothing is called.</summary>
public static class Rescoring
{
    /// <summary>Scores the run in a configuration's directory.</summary>
    /// <param name="config">The configuration with its new metrics; <see cref="OutputConfig.SavePath"/> is the run's directory.</param>
    /// <param name="options">Evaluators of the program. Default: none.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ConvergenceException">There is no run, or none of its answers is one to this configuration's calls.</exception>
    public static async Task<OptimizationResult> RunAsync(
        OptimizationConfig config, RunOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(config);
        var journal = RunJournal.OpenKept(config);
        var prepared = await PreparedRun.WithoutCallsAsync(config, options ?? new RunOptions(), journal.CassettePath).ConfigureAwait(false);
        await using (prepared.ConfigureAwait(false))
        {
            var parts = prepared.Parts with { Metrics = [.. prepared.Parts.Metrics.Select(KeptOnly)] };
            var plan = CasePlan.Of(config);
            var setup = new RunSetup(config, parts, plan, new Objectives(config.Evaluation, plan), journal.Header!.Window, new Nobody());
            var entrants = await ScoreAsync(setup, journal, cancellation).ConfigureAwait(false);
            var generations = entrants.Select(entrant => entrant.Generation).DefaultIfEmpty(0).Max();
            return new ResultMaker(setup, new RunTally(parts.Ledger, parts.Time))
                .ResultOf(
                    journal.Header, entrants, generations, "Kept answers were scored anew; nothing was called.",
                    isCutShort: journal.Header.IsOutage);
        }
    }

    private static async Task<ImmutableArray<Entrant>> ScoreAsync(RunSetup setup, RunJournal journal, CancellationToken cancellation)
    {
        var evaluator = new CaseEvaluator(setup.Parts.Target, setup.Parts.Metrics, setup.Config.Evaluation.Repeats);
        var entrants = ImmutableArray.CreateBuilder<Entrant>();
        foreach (var kept in journal.Configurations())
        {
            var entrant = new Entrant
            {
                Id = kept.Id,
                Generation = kept.Generation,
                Origin = kept.Origin,
                Parameters = kept.Parameters,
                IsGivenUp = kept.IsGivenUp,
                IsCut = kept.IsCut,
                Timestamp = journal.Header!.Started,
            };
            var results = await Task.WhenAll(setup.Plan.All.Select((testCase, place) => evaluator.EvaluateAsync(
                kept.Parameters, testCase, place >= setup.Plan.Search.Length, cancellation))).ConfigureAwait(false);

            // Who was not given up has met all cases of the search: what is missing there failed in a way that is not kept.
            foreach (var (place, result) in results.Index().Where(pair =>
                !pair.Item.Calls.IsEmpty || (!kept.IsGivenUp && pair.Index < setup.Plan.Search.Length)))
            {
                entrant.Add(place, result with { Exhausted = null });
            }

            entrants.Add(entrant);
        }

        return entrants.Any(entrant => entrant.AllCalls.Any())
            ? entrants.ToImmutable()
            : throw new OptimizationRunException(
                $"{setup.Config.Source}: output.save_path: the run in {setup.Config.Output.SavePath} keeps no answer to the calls of this"
                + " configuration. Only metrics, weights and what cases expect may change.");
    }

    private static MetricScorer KeptOnly(MetricScorer metric) => metric with { Scorer = new KeptScorer(metric.Scorer, metric.Metric.Name) };

    private sealed class KeptScorer(IMetricScorer inner, string name) : IMetricScorer
    {
        public async ValueTask<double> ScoreAsync(ScoredCall scored, CancellationToken cancellation)
        {
            try
            {
                return await inner.ScoreAsync(scored, cancellation).ConfigureAwait(false);
            }
            catch (BudgetExhaustedException)
            {
                throw new EvaluatorException($"{name} needs a call that the run did not make. Run again to make it.");
            }
        }
    }

    private sealed class Nobody : IProgress<OptimizationEvent>
    {
        public void Report(OptimizationEvent value)
        {
        }
    }
}
