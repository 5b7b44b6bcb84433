using Convergence.Evolution.Spaces;
using Convergence.Evolution.Trials;

namespace Convergence.Evolution.Surrogates;

/// <summary>
/// Fits processes to a growing history. Hyperparameters cost far more than the process given them, so they are learnt at fixed counts of
/// losses and kept until the next: a function of the first losses alone, whenever it is asked for.
/// </summary>
internal sealed class ProcessFits
{
    /// <summary>Points that hyperparameters are learnt from.</summary>
    private const int LearnLimit = 100;

    /// <summary>Points that a process is made of: its cost grows with their cube.</summary>
    private const int PointLimit = 220;

    private const int StepCount = 30;

    private int _learntFrom;
    private ArdHyperparameters? _learnt;

    /// <summary>The process, and the best of the losses as it sees them.</summary>
    public (ArdProcess Process, double Best) Process(TrialHistory history, ScalarEvidence evidence, SpaceGeometry geometry)
    {
        var hyperparameters = Hyperparameters(evidence, geometry, history.Directions.Length > 1);
        var chosen = Chosen(evidence.Losses, PointLimit);
        double[][] points = [.. chosen.Select(index => evidence.Points[index])];
        var values = LossWarp.Standardized([.. chosen.Select(index => evidence.Losses[index])]);
        var best = values.Min();
        return (WithPending(history, points, values, geometry, hyperparameters), best);
    }

    /// <summary>The process of some points and of the pending trials.</summary>
    public static ArdProcess WithPending(
        TrialHistory history, double[][] points, double[] values, SpaceGeometry geometry, ArdHyperparameters hyperparameters)
    {
        var process = new ArdProcess(points, values, geometry.Ordered, hyperparameters);
        double[][] pending = [.. history.Pending.Select(trial => SpaceGeometry.Impute(history.PointOf(trial)))];
        if (pending.Length == 0)
        {
            return process;
        }

        // What is under way is believed to come out as expected (Ginsbourger et al., "Kriging is well-suited to parallelize
        // optimization", 2010), so that the next proposal goes elsewhere.
        var scratch = new double[points.Length];
        double[] believed = [.. values, .. pending.Select(point => process.Predict(point, scratch).Mean)];
        return new ArdProcess([.. points, .. pending], believed, geometry.Ordered, hyperparameters);
    }

    private ArdHyperparameters Hyperparameters(ScalarEvidence evidence, SpaceGeometry geometry, bool alwaysAnew)
    {
        var count = ScheduledCount(evidence.Losses.Length);
        if (_learnt is null || alwaysAnew || count != _learntFrom)
        {
            var losses = evidence.Losses[..count];
            var chosen = Chosen(losses, LearnLimit);
            var values = LossWarp.Standardized([.. chosen.Select(index => losses[index])]);
            var mean = values.Average();
            double[][] points = [.. chosen.Select(index => evidence.Points[index])];
            _learnt = ArdLikelihood.Maximize(points, [.. values.Select(value => value - mean)], geometry.Ordered, StepCount);
            _learntFrom = count;
        }

        return _learnt;
    }

    /// <summary>The count of losses at which hyperparameters were last learnt: every one at first, then ever more seldom.</summary>
    internal static int ScheduledCount(int count) => count < 20 ? count : count < 80 ? count - (count % 4) : count - (count % 10);

    /// <summary>
    /// All indices; where they are too many, the best half of the limit and as many of the others, evenly spread in time.
    /// </summary>
    private static int[] Chosen(double[] losses, int limit)
    {
        if (losses.Length <= limit)
        {
            return [.. Enumerable.Range(0, losses.Length)];
        }

        var best = Enumerable.Range(0, losses.Length).OrderBy(index => losses[index]).Take(limit / 2).ToHashSet();
        int[] others = [.. Enumerable.Range(0, losses.Length).Where(index => !best.Contains(index))];
        var spread = limit - best.Count;
        return [.. best.Concat(Enumerable.Range(0, spread).Select(index => others[(int)((long)index * others.Length / spread)])).Order()];
    }
}
