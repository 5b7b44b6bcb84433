using System.Collections.Immutable;

namespace Convergence.Merging;

/// <summary>
/// Numbers spread evenly over the depth of the model and interpolated linearly: at depth t, with s = t (L - 1) and i = floor(s),
/// the value is (1 - (s - i)) g_i + (s - i) g_(i+1).
/// </summary>
/// <param name="Points">At least one number.</param>
public sealed record GradientValue(ImmutableArray<double> Points) : ParameterValue
{
    public bool Equals(GradientValue? other) => other is not null && Points.AsSpan().SequenceEqual(other.Points.AsSpan());

    public override int GetHashCode() => SequenceValue.Hash(Points);

    internal override ParameterValue At(string tensorName, double depth)
    {
        var position = depth * (Points.Length - 1);
        var index = Math.Clamp((int)Math.Floor(position), 0, Points.Length - 1);
        var fraction = position - index;
        return fraction == 0 || index + 1 == Points.Length
            ? new NumberValue(Points[index])
            : new NumberValue(((1 - fraction) * Points[index]) + (fraction * Points[index + 1]));
    }
}
