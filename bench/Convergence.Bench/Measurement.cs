using System.Diagnostics;

namespace Convergence.Bench;

/// <summary>Times of a repeated action, in seconds, ascending.</summary>
internal sealed class Measurement
{
    private readonly double[] _seconds;

    private Measurement(double[] seconds)
    {
        Array.Sort(seconds);
        _seconds = seconds;
    }

    public double Best => _seconds[0];

    public double Median => _seconds[_seconds.Length / 2];

    public double Worst => _seconds[^1];

    /// <summary>Runs an action a few times unmeasured, then times it.</summary>
    /// <param name="action">What to time.</param>
    /// <param name="count">Times that count.</param>
    /// <param name="warmUpCount">Times that do not.</param>
    /// <param name="warmUpSeconds">
    /// For so long at least it runs unmeasured: short actions are compiled anew after some time, not after some use.
    /// </param>
    public static Measurement Of(Action action, int count = 15, int warmUpCount = 3, double warmUpSeconds = 0)
    {
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start).TotalSeconds < warmUpSeconds;)
        {
            action();
        }

        return OfEach([action], count, warmUpCount)[0];
    }

    /// <summary>
    /// Times several actions in turn (A B C A B C ...), so that a machine whose speed drifts slows them all alike and their
    /// ratios stay true.
    /// </summary>
    public static Measurement[] OfEach(IReadOnlyList<Action> actions, int count = 15, int warmUpCount = 3)
    {
        for (var run = 0; run < warmUpCount; run++)
        {
            foreach (var action in actions)
            {
                action();
            }
        }

        var seconds = actions.Select(_ => new double[count]).ToArray();
        for (var run = 0; run < count; run++)
        {
            for (var index = 0; index < actions.Count; index++)
            {
                var start = Stopwatch.GetTimestamp();
                actions[index]();
                seconds[index][run] = Stopwatch.GetElapsedTime(start).TotalSeconds;
            }
        }

        return [.. seconds.Select(times => new Measurement(times))];
    }
}
