namespace Convergence.Merging;

/// <summary>A number, the same everywhere.</summary>
public sealed record NumberValue(double Value) : ParameterValue
{
    internal override ParameterValue At(string tensorName, double depth) => this;
}
