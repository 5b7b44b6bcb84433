using System.Globalization;

namespace Convergence.Reporting;

/// <summary>Maps values to pixels along one direction, linearly or by logarithm, and chooses round ticks.</summary>
public sealed class Axis
{
    private readonly double _fromPixel;
    private readonly double _toPixel;
    private readonly bool _isLogarithmic;

    private Axis(double minimum, double maximum, double fromPixel, double toPixel, bool isLogarithmic)
    {
        (Minimum, Maximum, _fromPixel, _toPixel, _isLogarithmic) = (minimum, maximum, fromPixel, toPixel, isLogarithmic);
    }

    public double Minimum { get; }

    public double Maximum { get; }

    /// <summary>
    /// An axis that covers exactly the given range; an empty one is widened to either side, one that is no range is that from 0 to 1.
    /// </summary>
    public static Axis Exact(double minimum, double maximum, double fromPixel, double toPixel)
    {
        if (!double.IsFinite(minimum) || !double.IsFinite(maximum))
        {
            return new Axis(0, 1, fromPixel, toPixel, false);
        }

        // Beside a large number a half is nothing.
        var room = Math.Max(.5, Math.Abs(minimum) * 1e-6);
        return maximum > minimum
            ? new Axis(minimum, maximum, fromPixel, toPixel, false)
            : new Axis(minimum - room, minimum + room, fromPixel, toPixel, false);
    }

    /// <summary>An axis over the values with a little room, ending on round numbers and clipped to the hard limits.</summary>
    public static Axis Around(
        IEnumerable<double> values,
        double fromPixel,
        double toPixel,
        double hardMinimum = double.NegativeInfinity,
        double hardMaximum = double.PositiveInfinity)
    {
        var (low, high) = RangeOf(values);
        var room = high > low ? (high - low) * .06 : Math.Max(Math.Abs(high) * .1, 1e-3);
        var step = StepFor(high - low + (2 * room), 5);
        var minimum = Math.Max(hardMinimum, Math.Floor((low - room) / step) * step);
        var maximum = Math.Min(hardMaximum, Math.Ceiling((high + room) / step) * step);
        return Exact(minimum, maximum, fromPixel, toPixel);
    }

    /// <summary>For positive values: logarithmic when they span more than a factor of twelve, else linear.</summary>
    public static Axis ForPositive(IEnumerable<double> values, double fromPixel, double toPixel)
    {
        var (low, high) = RangeOf(values);
        return low > 0 && high / low > 12
            ? new Axis(low / 1.15, high * 1.15, fromPixel, toPixel, true)
            : Around([low, high], fromPixel, toPixel, hardMinimum: 0);
    }

    public double Pixel(double value)
    {
        var share = _isLogarithmic
            ? Math.Log(value / Minimum) / Math.Log(Maximum / Minimum)
            : (value - Minimum) / (Maximum - Minimum);
        return _fromPixel + (share * (_toPixel - _fromPixel));
    }

    /// <summary>Round values within the axis, about as many as asked for.</summary>
    public IEnumerable<double> Ticks(int about = 5, bool wholeNumbers = false)
    {
        if (_isLogarithmic)
        {
            return LogarithmicTicks();
        }

        var step = StepFor(Maximum - Minimum, about);
        step = wholeNumbers ? Math.Max(1, Math.Round(step)) : step;
        var first = Math.Ceiling((Minimum / step) - 1e-9);
        return Enumerable.Range(0, 1 + (int)Math.Floor((Maximum / step) - first + 1e-9)).Select(index => (first + index) * step);
    }

    /// <summary>A tick's text with just the decimals that its neighbours need.</summary>
    public string Label(double tick, int about = 5)
    {
        var step = _isLogarithmic ? tick : StepFor(Maximum - Minimum, about);
        var decimals = Math.Clamp((int)Math.Ceiling(-Math.Log10(step) - 1e-9), 0, 6);
        return (Math.Abs(tick) < step * 1e-6 ? 0 : tick).ToString("F" + decimals, CultureInfo.InvariantCulture);
    }

    private static (double Low, double High) RangeOf(IEnumerable<double> values)
    {
        var finite = values.Where(double.IsFinite).ToList();
        return finite.Count == 0 ? (0, 1) : (finite.Min(), finite.Max());
    }

    private static double StepFor(double span, int about)
    {
        var raw = Math.Max(span, 1e-9) / about;
        var power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        return (raw / power) switch
        {
            < 1.5 => power,
            < 3.5 => 2 * power,
            < 7.5 => 5 * power,
            _ => 10 * power,
        };
    }

    private IEnumerable<double> LogarithmicTicks()
    {
        for (var power = Math.Pow(10, Math.Floor(Math.Log10(Minimum))); power <= Maximum; power *= 10)
        {
            foreach (var factor in (int[])[1, 2, 5])
            {
                if (factor * power >= Minimum && factor * power <= Maximum)
                {
                    yield return factor * power;
                }
            }
        }
    }
}
