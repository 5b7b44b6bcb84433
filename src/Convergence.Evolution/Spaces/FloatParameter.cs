using System.Globalization;

namespace Convergence.Evolution.Spaces;

/// <summary>A real number in a range.</summary>
public sealed record FloatParameter : NumericParameter
{
    /// <param name="name">The name.</param>
    /// <param name="minimum">The lowest value.</param>
    /// <param name="maximum">The highest value.</param>
    /// <param name="step">The distance of neighbouring values; <see langword="null"/> (default): a continuum.</param>
    /// <param name="log">Whether ratios count instead of differences. Default: no.</param>
    public FloatParameter(string name, double minimum, double maximum, double? step = null, bool log = false)
        : base(name, minimum, maximum, step, log)
    {
    }

    /// <inheritdoc/>
    public override object ValueOf(double code) => code;

    /// <inheritdoc/>
    public override double CodeOf(object value) => value is double or float or decimal or int or long
        ? Checked(Convert.ToDouble(value, CultureInfo.InvariantCulture), value)
        : throw NotMine(value, $"a number in [{Text(Minimum)}, {Text(Maximum)}]");
}
