using Convergence.Evolution.Randomness;
using Convergence.Evolution.Spaces;
using Convergence.Evolution.Surrogates;
using Convergence.Evolution.Trials;

namespace Convergence.Evolution.Samplers;

/// <summary>
/// The tree-structured Parzen estimator (Bergstra et al., "Algorithms for hyper-parameter optimization", 2011) in its multivariate form
/// (Falkner, Klein and Hutter, "BOHB", 2018; settings after Watanabe, arXiv:2304.11127): the better trials make one density, the others
/// another, and of some draws from the first the one whose ratio of densities is highest is proposed. Each kernel covers all parameters
/// at once, so that combinations that did well stay together. For large, mixed and conditional spaces and for thousands of trials.
/// </summary>
public sealed class TreeParzenSampler : ISampler
{
    /// <summary>The name of its trials.</summary>
    public const string SamplerName = "tpe";

    private const int StartCount = 10;
    private const int CandidateCount = 24;
    private const double BetterShare = 0.1;
    private const int BetterLimit = 25;

    private SpaceGeometry? _geometry;

    /// <inheritdoc/>
    public string Name => SamplerName;

    /// <inheritdoc/>
    public Proposal Suggest(TrialHistory history, SearchRandom random)
    {
        ArgumentNullException.ThrowIfNull(history);
        _geometry ??= new SpaceGeometry(history.Space);
        var evidence = ScalarEvidence.Of(history, random);
        if (evidence.Losses.Length < StartCount)
        {
            return new Proposal(history.Space.Sample(random), Name);
        }

        var (better, others) = Split(history, evidence);
        Configuration? chosen = null;
        var highest = double.NegativeInfinity;
        for (var draw = 0; draw < CandidateCount; draw++)
        {
            var point = better.Draw(random);
            var configuration = history.Space.FromUnit(point);
            var place = history.Space.ToUnit(configuration);
            var ratio = better.LogDensity(place) - others.LogDensity(place);
            if (ratio > highest || chosen is null)
            {
                (chosen, highest) = (configuration, ratio);
            }
        }

        return new Proposal(chosen!, Name);
    }

    private (ParzenDensity Better, ParzenDensity Others) Split(TrialHistory history, ScalarEvidence evidence)
    {
        double[][] points =
            [.. Enumerable.Range(0, history.ToldCount).Select(history.Told).Where(trial => trial.IsScored).Select(history.PointOf)];
        var order = Enumerable.Range(0, points.Length).OrderBy(index => evidence.Losses[index]).ToArray();
        var count = Math.Min((int)Math.Ceiling(BetterShare * points.Length), BetterLimit);

        // What is under way counts as no good, so that the next proposal goes elsewhere: the constant liar.
        return (
            new ParzenDensity(_geometry!, [.. order.Take(count).Select(index => points[index])]),
            new ParzenDensity(
                _geometry!, [.. order.Skip(count).Select(index => points[index]), .. history.Pending.Select(history.PointOf)]));
    }
}
