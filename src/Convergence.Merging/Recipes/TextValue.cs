namespace Convergence.Merging;

/// <summary>A word, such as the <c>tensor</c> of <c>trim_scope</c>.</summary>
public sealed record TextValue(string Value) : ParameterValue
{
    internal override ParameterValue At(string tensorName, double depth) => this;
}
