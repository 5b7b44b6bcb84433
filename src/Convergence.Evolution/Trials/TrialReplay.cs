namespace Convergence.Evolution.Trials;

/// <summary>From a history to plain data and back.</summary>
internal static class TrialReplay
{
    public static TrialLog LogOf(TrialHistory history, ulong seed) => new(
        seed,
        [.. history.Trials.Select(RecordOf)],
        [.. Enumerable.Range(0, history.ToldCount).Select(place => history.Told(place).Id)]);

    /// <exception cref="ArgumentException">The log does not fit the history's space and directions.</exception>
    public static void Into(TrialHistory history, TrialLog log)
    {
        Check(history, log);
        for (var id = 0; id < log.Trials.Length; id++)
        {
            double[] codes = [.. log.Trials[id].Codes.Select(code => code ?? double.NaN)];
            var configuration = history.Space.Canonical(codes);
            if (!configuration.Codes.AsSpan().SequenceEqual(codes)
                || !history.Space.IsPossible(configuration) || history.Contains(configuration))
            {
                throw new ArgumentException($"Trial {id} of the log is no configuration of this space, or is there twice.", nameof(log));
            }

            history.Add(new Trial(id, configuration, log.Trials[id].Origin, TrialState.Pending, []));
        }

        foreach (var id in log.ToldIds)
        {
            history.Tell(history.Trials[id] with { State = log.Trials[id].State, Objectives = log.Trials[id].Objectives });
        }
    }

    private static TrialRecord RecordOf(Trial trial) => new(
        [.. trial.Configuration.Codes.Select(code => double.IsNaN(code) ? (double?)null : code)],
        trial.Origin,
        trial.State,
        trial.Objectives);

    private static void Check(TrialHistory history, TrialLog log)
    {
        if (log.Trials.IsDefault || log.ToldIds.IsDefault
            || log.Trials.Any(trial => trial.Codes.IsDefault || trial.Objectives.IsDefault)
            || log.Trials.Any(trial => trial.Codes.Length != history.Space.Parameters.Length))
        {
            throw new ArgumentException($"The log is not one of a search over {history.Space.Parameters.Length} parameters.", nameof(log));
        }

        var told = log.ToldIds.ToHashSet();
        var pending = log.Trials.Count(trial => trial.State == TrialState.Pending);
        if (told.Count != log.ToldIds.Length || told.Count + pending != log.Trials.Length
            || told.Any(id => id < 0 || id >= log.Trials.Length || log.Trials[id].State == TrialState.Pending))
        {
            throw new ArgumentException("The log's order of telling does not name every told trial once.", nameof(log));
        }

        if (log.Trials.Any(trial => !IsScoredRightly(trial, history.Directions.Length)))
        {
            throw new ArgumentException($"A trial of the log has not its {history.Directions.Length} finite objectives.", nameof(log));
        }
    }

    private static bool IsScoredRightly(TrialRecord trial, int directionCount) => trial.State switch
    {
        TrialState.Pruned when trial.Objectives.IsEmpty => true,
        TrialState.Complete or TrialState.Pruned => trial.Objectives.Length == directionCount && trial.Objectives.All(double.IsFinite),
        _ => trial.Objectives.IsEmpty,
    };
}
