namespace Convergence.Evolution.Spaces;

/// <summary>Yes or no; the codes are 1 and 0.</summary>
public sealed record BooleanParameter : Parameter
{
    /// <param name="name">The name.</param>
    public BooleanParameter(string name)
        : base(name)
    {
    }

    /// <inheritdoc/>
    public override long? Cardinality => 2;

    /// <inheritdoc/>
    public override bool IsOrdered => false;

    /// <inheritdoc/>
    public override double FromUnit(double unit) => unit < 0.5 ? 0 : 1;

    /// <inheritdoc/>
    public override double ToUnit(double code) => (code + 0.5) / 2;

    /// <inheritdoc/>
    public override object ValueOf(double code) => code == 1;

    /// <inheritdoc/>
    public override double CodeOf(object value) => value is bool yes ? (yes ? 1 : 0) : throw NotMine(value, "true or false");

    internal override bool Holds(double code) => code >= 0 && code < 2 && code == Math.Floor(code);

    /// <inheritdoc/>
    public override IEnumerable<string> Problems() => [];
}
