using System.Collections.Immutable;
using Convergence.Evolution.Trials;

namespace Convergence.Evolution.Pareto;

/// <summary>The trials that no other beats.</summary>
public static class ParetoFront
{
    /// <summary>
    /// The complete trials that are not dominated, in the order of telling; of trials with equal objectives the first told.
    /// </summary>
    public static ImmutableArray<Trial> Of(TrialHistory history)
    {
        ArgumentNullException.ThrowIfNull(history);
        var front = new List<(Trial Trial, double[] Losses)>();
        for (var place = 0; place < history.ToldCount; place++)
        {
            var trial = history.Told(place);
            if (trial.State != TrialState.Complete)
            {
                continue;
            }

            var losses = history.LossesOf(trial);
            if (!front.Any(member => NoWorse(member.Losses, losses)))
            {
                front.RemoveAll(member => NoWorse(losses, member.Losses));
                front.Add((trial, losses));
            }
        }

        return [.. front.Select(member => member.Trial)];
    }

    /// <summary>Whether the first losses are nowhere higher than the second.</summary>
    public static bool NoWorse(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        for (var objective = 0; objective < first.Length; objective++)
        {
            if (first[objective] > second[objective])
            {
                return false;
            }
        }

        return true;
    }
}
