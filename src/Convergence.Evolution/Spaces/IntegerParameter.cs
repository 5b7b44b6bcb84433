using System.Globalization;

namespace Convergence.Evolution.Spaces;

/// <summary>A whole number in a range.</summary>
public sealed record IntegerParameter : NumericParameter
{
    /// <summary>The whole numbers that a code can tell apart lie in [-2^53, 2^53].</summary>
    private const long Limit = 1L << 53;

    /// <param name="name">The name.</param>
    /// <param name="minimum">The lowest value.</param>
    /// <param name="maximum">The highest value.</param>
    /// <param name="step">The distance of neighbouring values, at least 1. Default 1.</param>
    /// <param name="log">Whether ratios count instead of differences. Default: no.</param>
    public IntegerParameter(string name, long minimum, long maximum, long step = 1, bool log = false)
        : base(name, minimum, maximum, step, log)
    {
    }

    /// <inheritdoc/>
    public override object ValueOf(double code) => (long)code;

    /// <inheritdoc/>
    public override double CodeOf(object value)
    {
        var number = value is double or float or decimal or int or long
            ? Convert.ToDouble(value, CultureInfo.InvariantCulture)
            : double.NaN;
        return Math.Round(number) == number
            ? Checked(number, value)
            : throw NotMine(value, $"a whole number in [{Text(Minimum)}, {Text(Maximum)}]");
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Problems() =>
        Math.Abs(Minimum) > Limit || Math.Abs(Maximum) > Limit
            ? [$"{Name}: whole numbers lie in [-2^53, 2^53]; the range is [{Text(Minimum)}, {Text(Maximum)}]."]
            : base.Problems();
}
