using Convergence.Evolution.Surrogates;

namespace Convergence.Evolution.Samplers;

/// <summary>The box of a local search and what moves it: a fold over the told trials. Not thread-safe.</summary>
internal sealed class TrustRegion(int dimensionCount)
{
    private const double FirstLength = 0.8;
    private const double LongestLength = 1.6;
    private const double ShortestLength = 1.0 / 128;
    private const int SuccessLimit = 3;

    private readonly List<(double[] Point, double Loss)> _members = [];
    private double _length = FirstLength;
    private int _successes;
    private int _failures;
    private double _best = double.PositiveInfinity;

    /// <summary>The best point of the run; <see langword="null"/> when the run is new.</summary>
    public double[]? Center { get; private set; }

    public int PointCount => _members.Count;

    private int FailureLimit => Math.Max(4, dimensionCount);

    /// <summary>Takes in a trial; <paramref name="own"/>: one that the region proposed.</summary>
    public void Tell(double[] point, double loss, bool own)
    {
        _members.Add((point, loss));
        var improved = loss < _best;
        if (improved)
        {
            (Center, _best) = (point, loss);
        }

        if (own)
        {
            (_successes, _failures) = improved ? (_successes + 1, 0) : (0, _failures + 1);
        }

        if (_successes == SuccessLimit)
        {
            (_length, _successes) = (Math.Min(_length * 2, LongestLength), 0);
        }
        else if (_failures == FailureLimit)
        {
            (_length, _failures) = (_length / 2, 0);
        }

        if (_length < ShortestLength)
        {
            (_length, Center, _best) = (FirstLength, null, double.PositiveInfinity);
        }
    }

    /// <summary>The points nearest to the centre, of all runs.</summary>
    public (double[] Point, double Loss)[] Nearest(int count) =>
        [
            .. _members.OrderBy(member => member.Point.Zip(Center!, (place, center) => (place - center) * (place - center)).Sum())
                .Take(count),
        ];

    /// <summary>The box around the centre: longer along a parameter whose values are alike over longer distances, of the length's
    /// volume in all; along choices it is everything.</summary>
    public UnitBox Box(double[] logScales, bool[] ordered)
    {
        var mean = logScales.Where((_, dimension) => ordered[dimension]).DefaultIfEmpty(0).Average();
        double[] half = [.. logScales.Select((scale, dimension) => ordered[dimension] ? _length / 2 * Math.Exp(scale - mean) : 1)];
        return new UnitBox(
            [.. Center!.Zip(half, (center, side) => Math.Max(0, center - side))],
            [.. Center!.Zip(half, (center, side) => Math.Min(1, center + side))]);
    }
}
