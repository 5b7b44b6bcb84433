using System.Collections.Immutable;
using Convergence.Optimization.Calls.Spending;
using Convergence.Optimization.Runs.Concluding;
using Convergence.Optimization.Runs.Evaluation;
using Convergence.Optimization.Runs.Events;
using Convergence.Optimization.Runs.Resuming;
using Convergence.Optimization.Runs.Searching;
using Convergence.Optimization.Society;

namespace Convergence.Optimization.Runs;

/// <summary>One run from its beginning to its end. Serves one run. Not thread-safe.</summary>
internal sealed class RunSession
{
    /// <summary>How many of the best of former generations race along with a new one.</summary>
    private const int ReferenceCount = 10;

    private readonly RunSetup _setup;
    private readonly RunHeader _header;
    private readonly RunHistory _history;
    private readonly CaseEvaluator _evaluator;
    private readonly RunTally _tally;
    private readonly ResultMaker _results;
    private readonly CallLoop _calls;
    private readonly ConfigurationSearch _search;
    private readonly RunSociety _society;
    private readonly EarlyStop _earlyStop;
    private readonly int _generations;

    /// <param name="setup">The run.</param>
    /// <param name="header">What it began with.</param>
    /// <param name="history">Where it is recorded.</param>
    public RunSession(RunSetup setup, RunHeader header, RunHistory history)
    {
        (_setup, _header, _history) = (setup, header, history);
        _evaluator = new CaseEvaluator(
            setup.Parts.Target, setup.Parts.Metrics, setup.Config.Evaluation.Repeats);
        _tally = new RunTally(setup.Parts.Ledger, setup.Parts.Time);

        _results = new ResultMaker(setup, _tally);

        // The time allowed is the ledger's business: it cannot be told from the order of calls.
        var allowance = new SpendLedger(setup.Search.Budget with { Duration = null }, setup.Parts.Time);
        _calls = new CallLoop(setup, _evaluator, allowance, _tally);
        var isReasoning = setup.Config.Society.IsReasoning && setup.Parts.Society is not null;
        var reasoned = isReasoning ? new ReasonedSampler() : null;
        _search = new ConfigurationSearch(setup, header, reasoned is null ? [] : [reasoned]);
        _society = new RunSociety(setup, reasoned, _calls.Charge);
        _earlyStop = new EarlyStop(setup.Search.EarlyStopping);
        _generations = setup.Search.Evolution.Generations;
    }

    public async Task<OptimizationResult> RunAsync(CancellationToken cancellation)
    {
        _calls.Reserve(
            Forecaster.FinalCalls(_setup.Config, _setup.Plan),
            Forecaster.SampleOf(_setup.Config, _setup.Parts, _setup.Plan),
            _setup.Search.Budget);
        await _society.BeginAsync(cancellation).ConfigureAwait(false);
        var (stop, generation) = (default(string), 0);
        while (stop is null)
        {
            await _society.ThinkAsync(++generation, new Conclusion(_setup, _search.All).Ranked, cancellation).ConfigureAwait(false);
            var entrants = _search.Ask(generation, Forecaster.GenerationSize(_setup.Search));
            if (entrants.IsEmpty)
            {
                generation--;
                stop = "All configurations of the search space were called.";
                break;
            }

            await EvaluateAsync(entrants, cancellation).ConfigureAwait(false);
            _society.Learn(generation, entrants);
            stop = StopAfter(generation, entrants);
        }

        await EvaluateHeldOutAsync(cancellation).ConfigureAwait(false);
        _setup.Parts.Journal?.End(
            _search.All.Count, isOutage: _calls.IsOutage || !_search.All.Any(entrant => entrant.HasScore));
        NoteJudges();
        return _results.ResultOf(_header, _search.All, generation, stop, _calls.IsOutage, _society.TieBand);
    }

    private void NoteJudges()
    {
        foreach (var (metric, noise) in _setup.Parts.ReadJudgeNoise())
        {
            var bias = noise.PositionBias is { } more ? FormattableString.Invariant($", by {more:+0.00;-0.00} for standing first") : "";
            var (one, mean) = (noise.StandardDeviation, noise.StandardError);
            _setup.Parts.Notes.Add(FormattableString.Invariant(
                $"{metric}: the judge's grades of one answer vary by {one:0.00}{bias}, so that a score varies by {mean:0.00}."));
        }
    }

    private async Task EvaluateAsync(ImmutableArray<Entrant> entrants, CancellationToken cancellation)
    {
        var references = new Conclusion(_setup, [.. _search.All.Except(entrants)]).Ranked.Take(ReferenceCount).ToArray();
        IGenerationSchedule race = _setup.Search.IsRacing && !_setup.Objectives.IsFront
            ? new GenerationRace(entrants, references, _setup.Plan, _setup.Search.ConfidenceLevel)
            : new CaseByCase(
                entrants, references, _setup.Plan, _setup.Objectives, _setup.Search.IsRacing ? _setup.Search.ConfidenceLevel : null);
        await _calls.RunAsync(race, cancellation).ConfigureAwait(false);
        foreach (var entrant in entrants)
        {
            entrant.IsCut = _calls.Stop is not null && !entrant.IsGivenUp && entrant.Results.Count < _setup.Plan.Search.Length;
            if (entrant.IsGivenUp || entrant.Results.Count < _setup.Plan.Search.Length)
            {
                entrant.IsGivenUp = true;
                _search.TellPruned(entrant, race.EstimatesOf(entrant));
            }
            else
            {
                _search.Tell(entrant, ValuesOf(entrant, race));
            }
        }

        _setup.Parts.Journal?.Keep(entrants);
        ConfigurationOutcome[] outcomes = [.. entrants.Select(_results.OutcomeOf)];
        await _history.RecordAsync(_header, outcomes, cancellation).ConfigureAwait(false);
        var best = new Conclusion(_setup, _search.All).BestScore;
        foreach (var outcome in outcomes)
        {
            _setup.Progress.Report(new ConfigurationFinished(outcome, best));
        }
    }

    // Of a configuration some of whose calls failed, the scores that it has may be those of the easy cases.
    private double[]? ValuesOf(Entrant entrant, IGenerationSchedule race) =>
        entrant.Results.Values.All(result => result.Score is not null) ? _setup.Objectives.MeansOf(entrant) : race.EstimatesOf(entrant);

    private string? StopAfter(int generation, ImmutableArray<Entrant> entrants)
    {
        var conclusion = new Conclusion(_setup, _search.All);
        var best = conclusion.BestScore;
        var mean = entrants.Select(_setup.Objectives.ScoreOf).Average();
        var left = generation < _generations ? _tally.Elapsed / generation * (_generations - generation) : TimeSpan.Zero;
        _setup.Progress.Report(new GenerationFinished(generation, _generations, best, mean, _tally.Summary, left));
        var hasConverged = _earlyStop.Add(_setup.Objectives.IsFront ? conclusion.HypervolumeOf(conclusion.Front) : best);
        return _calls.Stop
            ?? (!_search.All.Any(entrant => entrant.HasScore) ? NothingScored(entrants) : null)
            ?? (hasConverged ? EarlyStopReason : null)
            ?? (generation == _generations ? FormattableString.Invariant($"All {_generations} generations were run.") : null);
    }

    private static string NothingScored(ImmutableArray<Entrant> entrants) =>
        $"Nothing of the first generation could be scored: {entrants[0].FirstError ?? "nothing was called."}";

    private string EarlyStopReason => FormattableString.Invariant(
        $"{_setup.Search.EarlyStopping.Patience} generations brought less than {_setup.Search.EarlyStopping.MinImprovement} more.");

    private async Task EvaluateHeldOutAsync(CancellationToken cancellation)
    {
        var finalists = new Conclusion(_setup, _search.All).Finalists;
        _calls.ReleaseReserve();
        if (!_setup.Plan.HeldOut.IsEmpty && !finalists.IsEmpty && _calls.Stop is null)
        {
            await _calls.RunAsync(new HeldOutSchedule(finalists, _setup.Plan), cancellation).ConfigureAwait(false);
            await _history.RecordAsync(_header, finalists.Select(_results.OutcomeOf), cancellation).ConfigureAwait(false);
        }
    }
}
