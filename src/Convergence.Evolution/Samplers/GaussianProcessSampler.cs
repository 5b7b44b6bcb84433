using Convergence.Evolution.Randomness;
using Convergence.Evolution.Spaces;
using Convergence.Evolution.Surrogates;
using Convergence.Evolution.Trials;

namespace Convergence.Evolution.Samplers;

/// <summary>
/// Bayesian optimisation: a Gaussian process is fitted to what was told, and the point of the highest expected improvement is proposed.
/// </summary>
public sealed class GaussianProcessSampler : ISampler
{
    /// <summary>The name of its trials.</summary>
    public const string SamplerName = "gaussian-process";

    private const int CenterCount = 5;

    private readonly ProcessFits _fits = new();
    private SpaceGeometry? _geometry;

    /// <inheritdoc/>
    public string Name => SamplerName;

    /// <inheritdoc/>
    public Proposal Suggest(TrialHistory history, SearchRandom random)
    {
        ArgumentNullException.ThrowIfNull(history);
        _geometry ??= new SpaceGeometry(history.Space);
        var evidence = ScalarEvidence.Of(history, random);
        if (evidence.Losses.Length < StartCount(history.Space) || evidence.Losses.Min() == evidence.Losses.Max())
        {
            return new Proposal(history.Space.Sample(random), Name);
        }

        var (process, best) = _fits.Process(history, evidence, _geometry);
        var order = Enumerable.Range(0, evidence.Losses.Length).OrderBy(index => evidence.Losses[index]);
        double[][] centers = [.. order.Take(CenterCount).Select(index => evidence.Points[index])];
        var search = new AcquisitionSearch(_geometry, process, best);
        var points = search.Maximize(centers, UnitBox.Whole(_geometry.DimensionCount), random);
        return new Proposal(FirstUnknown(history, _geometry, points), Name);
    }

    /// <summary>The first of some points whose configuration was not asked before; when all were, the first.</summary>
    internal static Configuration FirstUnknown(TrialHistory history, SpaceGeometry geometry, IReadOnlyList<double[]> points)
    {
        var configurations = points.Select(geometry.ConfigurationAt).ToArray();
        return configurations.FirstOrDefault(configuration => !history.Contains(configuration)) ?? configurations[0];
    }

    internal static int StartCount(SearchSpace space) => Math.Clamp(space.Parameters.Length + 2, 5, 12);
}
