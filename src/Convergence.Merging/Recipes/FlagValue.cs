namespace Convergence.Merging;

/// <summary><c>true</c> or <c>false</c>.</summary>
public sealed record FlagValue(bool Value) : ParameterValue
{
    internal override ParameterValue At(string tensorName, double depth) => this;
}
