using Convergence.Evolution.Randomness;
using Convergence.Evolution.Spaces;
using Convergence.Evolution.Surrogates;
using Convergence.Evolution.Trials;

namespace Convergence.Evolution.Samplers;

/// <summary>
/// Local Bayesian optimisation in a trust region (after TuRBO: Eriksson et al., "Scalable global optimization via local Bayesian
/// optimization", 2019): a Gaussian process of the trials nearest to the best one, and the highest expected improvement in a box around it.
/// The box doubles after successes in a row, halves after failures in a row, and begins anew elsewhere when it has shrunk to nothing. It
/// finds the bottom of a valley that a model of the whole space smooths over.
/// </summary>
public sealed class TrustRegionSampler : ISampler
{
    /// <summary>The name of its trials.</summary>
    public const string SamplerName = "trust-region";

    private const int LearnSteps = 20;

    private SpaceGeometry? _geometry;
    private TrustRegion? _region;
    private int _place;

    /// <inheritdoc/>
    public string Name => SamplerName;

    /// <inheritdoc/>
    public Proposal Suggest(TrialHistory history, SearchRandom random)
    {
        ArgumentNullException.ThrowIfNull(history);
        _geometry ??= new SpaceGeometry(history.Space);
        _region ??= new TrustRegion(_geometry.DimensionCount);
        for (; _place < history.ToldCount; _place++)
        {
            var trial = history.Told(_place);
            if (trial.IsScored)
            {
                _region.Tell(SpaceGeometry.Impute(history.PointOf(trial)), history.LossOf(trial, 0), trial.Origin == Name);
            }
        }

        if (_region.PointCount < GaussianProcessSampler.StartCount(history.Space) || _region.Center is not { } center)
        {
            return new Proposal(history.Space.Sample(random), Name);
        }

        var near = _region.Nearest(LocalCount(_geometry.DimensionCount));
        var values = LossWarp.Standardized([.. near.Select(member => member.Loss)]);
        if (values.Min() == values.Max())
        {
            return new Proposal(history.Space.Sample(random), Name);
        }

        double[][] points = [.. near.Select(member => member.Point)];
        var hyperparameters = ArdLikelihood.Maximize(points, values, _geometry.Ordered, LearnSteps);
        var process = ProcessFits.WithPending(history, points, values, _geometry, hyperparameters);
        var search = new AcquisitionSearch(_geometry, process, values.Min());
        var found = search.Maximize([center], _region.Box(hyperparameters.LogScales, _geometry.Ordered), random);
        return new Proposal(GaussianProcessSampler.FirstUnknown(history, _geometry, found), Name);
    }

    private static int LocalCount(int dimensionCount) => 20 + (6 * Math.Min(dimensionCount, 10));
}
