using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Convergence.Optimization.Runs.Evaluation;
using Convergence.Optimization.Runs.Resuming;

namespace Convergence.Optimization.Runs.Concluding;

/// <summary>Writes down what was found.</summary>
/// <param name="setup">The run.</param>
/// <param name="tally">What it spent.</param>
internal sealed class ResultMaker(RunSetup setup, RunTally tally)
{
    /// <summary>The result of a run that has ended.</summary>
    /// <param name="header">The run.</param>
    /// <param name="entrants">All configurations, by id.</param>
    /// <param name="generations">How many generations were run.</param>
    /// <param name="stop">Why it ended.</param>
    /// <param name="isCutShort">Whether calls that failed ended it.</param>
    /// <param name="tieBand">A difference of scores that a judge's noise explains. Default: none.</param>
    public OptimizationResult ResultOf(
        RunHeader header, IReadOnlyList<Entrant> entrants, int generations, string stop, bool isCutShort, double tieBand = 0)
    {
        var conclusion = new Conclusion(setup, entrants);
        var winner = conclusion.Winner();
        var front = conclusion.Front;
        var baseline = entrants.FirstOrDefault(entrant => entrant.IsBaseline);
        return new OptimizationResult
        {
            RunId = header.RunId,
            Timestamp = header.Started,
            ApiName = setup.Config.Api.Name,
            Configurations = [.. entrants.Select(OutcomeOf)],
            Best = winner is null ? null : SentOf(winner),
            Front = [.. front.Select(OutcomeOf)],
            Hypervolume = conclusion.HypervolumeOf(front),
            Estimate = winner is null ? null : conclusion.EstimateOf(winner),
            Verdict = winner is null || baseline is null
                ? null
                : VerdictOf(new VerdictMaker(setup, conclusion, tieBand), winner, baseline, isCutShort),
            GenerationsRun = generations,
            StopReason = stop,
            IsCutShort = isCutShort,
            Spent = tally.Summary,
            Notes = setup.Parts.Notes.All,
        };
    }

    private static Verdict VerdictOf(VerdictMaker maker, Entrant winner, Entrant baseline, bool isCutShort)
    {
        var verdict = maker.Of(winner, baseline);
        return isCutShort ? VerdictMaker.Unfinished(verdict) : verdict;
    }

    // What was never sent is no part of what won, and would be refused where the winner is put to use.
    private ConfigurationOutcome SentOf(Entrant winner)
    {
        var outcome = OutcomeOf(winner);
        var unsent = setup.Parts.Target.Unsent(winner.Parameters, setup.Plan.All.First());
        if (unsent.Count == 0)
        {
            return outcome;
        }

        setup.Parts.Notes.Add($"The winner is without {string.Join(", ", unsent)}: its model does not take it, and it was never sent.");
        return outcome with
        {
            Parameters = new JsonObject(winner.Parameters.Where(entry => !unsent.Contains(entry.Key))
                .Select(entry => KeyValuePair.Create(entry.Key, entry.Value?.DeepClone()))),
        };
    }

    /// <summary>One configuration.</summary>
    public ConfigurationOutcome OutcomeOf(Entrant entrant)
    {
        var metrics = setup.Config.Evaluation.Metrics
            .Select(metric => (metric.Name, Mean: setup.Objectives.MetricOf(entrant, metric.Name)))
            .Where(metric => metric.Mean is not null);
        return new ConfigurationOutcome
        {
            Id = entrant.Id,
            Parameters = entrant.Parameters,
            Generation = entrant.Generation,
            Origin = entrant.Origin,
            Timestamp = entrant.Timestamp,
            Score = setup.Objectives.ScoreOf(entrant),
            Metrics = metrics.ToImmutableSortedDictionary(metric => metric.Name, metric => metric.Mean!.Value, StringComparer.Ordinal),
            Cases = [.. entrant.AllCalls.Select(call => call.Outcome)],
            IsPruned = entrant.IsGivenUp,
            IsCut = entrant.IsCut,
            Error = entrant.HasScore ? null : entrant.FirstError ?? "it was not called.",
        };
    }
}
