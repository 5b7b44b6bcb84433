using Convergence.Evolution.Randomness;
using Convergence.Evolution.Spaces;
using Convergence.Evolution.Trials;
using MathNet.Numerics.Distributions;

namespace Convergence.Evolution.Samplers;

/// <summary>
/// CMA-ES (Hansen, "The CMA evolution strategy: a tutorial", arXiv:1604.00772) with restarts of doubled population (IPOP: Auger and
/// Hansen, "A restart CMA evolution strategy with increasing population size", 2005), in the unit cube. Coordinates of a grid or of
/// choices keep a least deviation, so that their value never freezes (after Hamano et al., "CMA-ES with margin", 2022). Trials of others
/// that beat a generation's best are injected (Hansen, "Injecting external solutions into CMA-ES", 2011). For ill-conditioned numeric
/// spaces and budgets above some 30 trials for each parameter. With several objectives it follows the first.
/// </summary>
public sealed class CovarianceMatrixSampler : ISampler
{
    /// <summary>The name of its trials.</summary>
    public const string SamplerName = "cma-es";

    /// <summary>Draws for a point in the box before it is moved to the nearest.</summary>
    private const int RedrawLimit = 20;

    private CovarianceMatrixRun? _run;
    private SpaceGeometry? _geometry;
    private int _place;
    private int _runCount;
    private (double[] Point, double Loss)? _best;

    /// <inheritdoc/>
    public string Name => SamplerName;

    /// <inheritdoc/>
    public Proposal Suggest(TrialHistory history, SearchRandom random)
    {
        ArgumentNullException.ThrowIfNull(history);
        _geometry ??= new SpaceGeometry(history.Space);
        for (; _place < history.ToldCount; _place++)
        {
            if (history.Told(_place) is { IsScored: true } trial)
            {
                Learn(trial, history);
            }
        }

        if (history.ToldCount < StartCount(history.Space) || _best is null)
        {
            return new Proposal(history.Space.Sample(random), Name);
        }

        _run ??= new CovarianceMatrixRun(_geometry, _best.Value.Point, _runCount);
        return new Proposal(_geometry.ConfigurationAt(Draw(_run, random)), Name);
    }

    private static int StartCount(SearchSpace space) => 4 + space.Parameters.Length;

    private void Learn(Trial trial, TrialHistory history)
    {
        var point = SpaceGeometry.Impute(history.PointOf(trial));
        var loss = history.LossOf(trial, 0);

        // The first run begins at the best of the first trials; from then on own trials and better ones of others teach it.
        if (_run is null && _place + 1 >= StartCount(history.Space) && _best is not null)
        {
            _run = new CovarianceMatrixRun(_geometry!, _best.Value.Point, _runCount);
        }

        if (_run is { } run && (trial.Origin == Name || loss < run.BestLoss) && !run.Tell(point, loss))
        {
            // Later runs begin anywhere: the place where the last one ended is known.
            _runCount++;
            _run = new CovarianceMatrixRun(_geometry!, UniformPoint(_runCount), _runCount);
        }

        if (_best is null || loss < _best.Value.Loss)
        {
            _best = (point, loss);
        }
    }

    private double[] UniformPoint(int run)
    {
        var random = new SearchRandom((ulong)run);
        return [.. Enumerable.Range(0, _geometry!.DimensionCount).Select(_ => random.NextDouble())];
    }

    private static double[] Draw(CovarianceMatrixRun run, SearchRandom random)
    {
        var normals = new double[run.DimensionCount];
        for (var draw = 1; ; draw++)
        {
            Normal.Samples(random, normals, 0, 1);
            var point = run.PointOf(normals);
            if (draw == RedrawLimit || Array.TrueForAll(point, place => place is >= 0 and <= 1))
            {
                return [.. point.Select(place => Math.Clamp(place, 0, 1))];
            }
        }
    }
}
