namespace Convergence.Evolution.Spaces;

/// <summary>What floating-point and integer parameters share: a range, a scale and a grid. The grid begins at the minimum.</summary>
public abstract record NumericParameter : Parameter
{
    /// <summary>Grids are counted with this much tolerance, in steps: (1 - 0) / 0.1 is ten steps.</summary>
    private const double StepTolerance = 1e-9;

    private protected NumericParameter(string name, double minimum, double maximum, double? step, bool log)
        : base(name) => (Minimum, Maximum, Step, Log) = (minimum, maximum, step, log);

    /// <summary>The lowest value.</summary>
    public double Minimum { get; }

    /// <summary>The highest value; where the grid does not meet it, the highest value is the last of the grid below it.</summary>
    public double Maximum { get; }

    /// <summary>The distance of neighbouring values; <see langword="null"/>: a continuum.</summary>
    public double? Step { get; }

    /// <summary>Whether ratios count instead of differences; the minimum is then above 0.</summary>
    public bool Log { get; }

    /// <inheritdoc/>
    public override long? Cardinality =>
        Step is { } step ? (long)Math.Floor(((Maximum - Minimum) / step) + StepTolerance) + 1 : Minimum == Maximum ? 1 : null;

    /// <inheritdoc/>
    public override bool IsOrdered => true;

    // A value of a grid owns the half steps around it. On a log scale the lowest may not reach 0.
    private double Low => Step is { } step ? Math.Max(Minimum - (step / 2), Log ? Minimum / 2 : double.MinValue) : Minimum;

    private double High => Step is { } step ? Minimum + ((Cardinality!.Value - 0.5) * step) : Maximum;

    /// <inheritdoc/>
    public override double FromUnit(double unit)
    {
        var place = Math.Clamp(unit, 0, 1);
        var value = Log ? Math.Exp(double.Lerp(Math.Log(Low), Math.Log(High), place)) : double.Lerp(Low, High, place);
        return Snap(value);
    }

    /// <inheritdoc/>
    public override double ToUnit(double code)
    {
        if (High == Low)
        {
            return 0.5;
        }

        var place = Log ? Math.Log(code / Low) / Math.Log(High / Low) : (code - Low) / (High - Low);
        return Math.Clamp(place, 0, 1);
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Problems()
    {
        if (!double.IsFinite(Minimum) || !double.IsFinite(Maximum) || Minimum > Maximum)
        {
            yield return $"{Name}: the range [{Text(Minimum)}, {Text(Maximum)}] is empty or not finite; the minimum comes first.";
        }
        else if (!double.IsFinite(Maximum - Minimum))
        {
            yield return $"{Name}: the range [{Text(Minimum)}, {Text(Maximum)}] is too wide; its width must be finite.";
        }
        else if (Step is { } step && !(step > 0 && double.IsFinite(step)))
        {
            yield return $"{Name}: the step {Text(step)} must be a finite number above 0.";
        }
        else if (Step is { } fine && (Maximum - Minimum) / fine > 1L << 53)
        {
            yield return $"{Name}: the step {Text(fine)} makes more values than can be told apart; leave it out.";
        }

        if (Log && !(Minimum > 0))
        {
            yield return $"{Name}: a logarithmic scale needs a minimum above 0, and it is {Text(Minimum)}.";
        }
    }

    internal override bool Holds(double code) => Snap(code) == code;

    /// <summary>The nearest value of the range and its grid.</summary>
    private protected double Snap(double value)
    {
        if (Step is not { } step)
        {
            return Math.Clamp(value, Minimum, Maximum);
        }

        return GridValue((long)Math.Clamp(Math.Round((value - Minimum) / step), 0, Cardinality!.Value - 1));
    }

    /// <summary>The value of the grid with a 0-based index; the only value of a range without width.</summary>
    internal double GridValue(long index)
    {
        if (Step is not { } step)
        {
            return Minimum;
        }

        var value = Minimum + (index * step);

        // In decimals 3 steps of 0.1 are 0.3, as the user wrote it, not 0.30000000000000004.
        return Math.Abs(value) < 1e15 && Math.Abs(Minimum) < 1e15 && step is > 1e-12 and < 1e15
            ? (double)((decimal)Minimum + (index * (decimal)step))
            : value;
    }

    private protected double Checked(double value, object given) =>
        value >= Minimum - Tolerance && value <= Maximum + Tolerance
            ? Snap(value)
            : throw NotMine(given, $"a number in [{Text(Minimum)}, {Text(Maximum)}]");

    private double Tolerance => 1e-12 * Math.Max(Math.Abs(Minimum), Math.Abs(Maximum));
}
