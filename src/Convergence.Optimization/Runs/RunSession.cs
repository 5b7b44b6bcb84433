using System.Collections.Immutable;
using Convergence.Optimization.Calls.Spending;
using Convergence.Optimization.Runs.Concluding;
using Convergence.Optimization.Runs.Evaluation;
using Convergence.Optimization.Runs.Events;
using Convergence.Optimization.Runs.Searching;

namespace Convergence.Optimization.Runs;

/// <summary>One run from its beginning to its end. Serves one run. Not thread-safe.</summary>
internal sealed class RunSession : IDisposable
{
    /// <summary>How many of the best of former generations race along with a new one.</summary>
    private const int ReferenceCount = 10;

    private readonly RunSetup _setup;
    private readonly CaseEvaluator _evaluator;
    private readonly RunTally _tally;
    private readonly CallLoop _calls;
    private readonly ConfigurationSearch _search;
    private readonly EarlyStop _earlyStop;
    private readonly List<string> _notes = [];
    private readonly int _generations;

    public RunSession(RunSetup setup)
    {
        var config = setup.Config;
        _setup = setup;
        _evaluator = new CaseEvaluator(
            setup.Parts.Target, setup.Parts.Scorers, config.Evaluation.Metrics, config.Evaluation.Repeats, setup.Search.ParallelWorkers);
        _tally = new RunTally(setup.Parts.Ledger, setup.Parts.Time);

        // The time allowed is the ledger's business: it cannot be told from the order of calls.
        var allowance = new SpendLedger(setup.Search.Budget with { Duration = null }, setup.Parts.Time);
        _calls = new CallLoop(setup, _evaluator, allowance, _tally);
        _search = new ConfigurationSearch(setup, []);
        _earlyStop = new EarlyStop(setup.Search.EarlyStopping);
        _generations = setup.Search.Evolution.Generations;
    }

    public void Dispose() => _evaluator.Dispose();

    public async Task<OptimizationResult> RunAsync(CancellationToken cancellation)
    {
        var start = _setup.Parts.Time.GetUtcNow();
        var forecast = Forecaster.Of(_setup.Config, _setup.Parts);
        _setup.Progress.Report(new RunStarted("", forecast, 0));
        var stop = default(string);
        var generation = 0;
        while (stop is null)
        {
            var entrants = _search.Ask(++generation, Forecaster.GenerationSize(_setup.Search));
            if (entrants.IsEmpty)
            {
                generation--;
                stop = "All configurations of the search space have been called.";
                break;
            }

            await EvaluateAsync(entrants, cancellation).ConfigureAwait(false);
            stop = StopAfter(generation, entrants);
        }

        await EvaluateHeldOutAsync(cancellation).ConfigureAwait(false);
        return Concluded(start, generation, stop);
    }

    private async Task EvaluateAsync(ImmutableArray<Entrant> entrants, CancellationToken cancellation)
    {
        var references = new Conclusion(_setup, [.. _search.All.Except(entrants)]).Ranked.Take(ReferenceCount).ToArray();
        var confidence = _setup.Search.IsRacing ? _setup.Search.ConfidenceLevel : (double?)null;
        var race = new GenerationRace(entrants, references, _setup.Plan, _setup.Objectives, confidence);
        await _calls.RunAsync(race, cancellation).ConfigureAwait(false);
        foreach (var entrant in entrants)
        {
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

        var best = new Conclusion(_setup, _search.All).BestScore;
        foreach (var entrant in entrants)
        {
            _setup.Progress.Report(new ConfigurationFinished(OutcomeOf(entrant), best));
        }
    }

    // Of a configuration some of whose calls failed, the scores that it has may be those of the easy cases.
    private double[]? ValuesOf(Entrant entrant, GenerationRace race) =>
        entrant.Results.All(result => result.Score is not null) ? _setup.Objectives.MeansOf(entrant) : race.EstimatesOf(entrant);

    private string? StopAfter(int generation, ImmutableArray<Entrant> entrants)
    {
        var conclusion = new Conclusion(_setup, _search.All);
        var best = conclusion.BestScore;
        var mean = entrants.Select(_setup.Objectives.ScoreOf).Average();
        var left = generation < _generations ? _tally.Elapsed / generation * (_generations - generation) : TimeSpan.Zero;
        _setup.Progress.Report(new GenerationFinished(generation, _generations, best, mean, _tally.Summary, left));
        var hasConverged = _earlyStop.Add(_setup.Objectives.IsFront ? conclusion.HypervolumeOf(conclusion.Front) : best);
        return _calls.Stop
            ?? (!_search.All.Any(entrant => entrant.HasScore) ? "No call of the first generation could be scored." : null)
            ?? (hasConverged ? EarlyStopReason : null)
            ?? (generation == _generations ? FormattableString.Invariant($"All {_generations} generations were run.") : null);
    }

    private string EarlyStopReason => FormattableString.Invariant(
        $"{_setup.Search.EarlyStopping.Patience} generations brought less than {_setup.Search.EarlyStopping.MinImprovement} more.");

    private async Task EvaluateHeldOutAsync(CancellationToken cancellation)
    {
        var finalists = new Conclusion(_setup, _search.All).Finalists;
        if (!_setup.Plan.HeldOut.IsEmpty && !finalists.IsEmpty && _calls.Stop is null)
        {
            await _calls.RunAsync(new HeldOutSchedule(finalists, _setup.Plan), cancellation).ConfigureAwait(false);
        }
    }

    private OptimizationResult Concluded(DateTimeOffset start, int generations, string stop)
    {
        var conclusion = new Conclusion(_setup, _search.All);
        var winner = conclusion.Winner();
        var front = conclusion.Front;
        return new OptimizationResult
        {
            RunId = "",
            Timestamp = start,
            ApiName = _setup.Config.Api.Name,
            Configurations = [.. _search.All.Select(OutcomeOf)],
            Best = winner is null ? null : OutcomeOf(winner),
            Front = [.. front.Select(OutcomeOf)],
            Hypervolume = conclusion.HypervolumeOf(front),
            Estimate = winner is null ? null : conclusion.EstimateOf(winner),
            GenerationsRun = generations,
            StopReason = stop,
            Spent = _tally.Summary,
            Notes = [.. _notes],
        };
    }

    private ConfigurationOutcome OutcomeOf(Entrant entrant)
    {
        var metrics = _setup.Config.Evaluation.Metrics
            .Select(metric => (metric.Name, Mean: _setup.Objectives.MetricOf(entrant, metric.Name)))
            .Where(metric => metric.Mean is not null);
        return new ConfigurationOutcome
        {
            Id = entrant.Id,
            Parameters = entrant.Parameters,
            Generation = entrant.Generation,
            Origin = entrant.Origin,
            Timestamp = entrant.Timestamp,
            Score = _setup.Objectives.ScoreOf(entrant),
            Metrics = metrics.ToImmutableSortedDictionary(metric => metric.Name, metric => metric.Mean!.Value, StringComparer.Ordinal),
            Cases = entrant.Outcomes,
            IsPruned = entrant.IsGivenUp,
            Error = entrant.HasScore ? null : entrant.FirstError ?? "it was not called.",
        };
    }
}
