using System.Collections.Immutable;

namespace Convergence.Merging;

/// <summary>Flags or words over the depth of the model, which cannot be interpolated: at depth t, element floor(t (L - 1)).</summary>
/// <param name="Steps">At least one flag or word.</param>
public sealed record StepValue(ImmutableArray<ParameterValue> Steps) : ParameterValue
{
    public bool Equals(StepValue? other) => other is not null && Steps.SequenceEqual(other.Steps);

    public override int GetHashCode() => SequenceValue.Hash(Steps);

    internal override ParameterValue At(string tensorName, double depth) =>
        Steps[Math.Clamp((int)(depth * (Steps.Length - 1)), 0, Steps.Length - 1)];
}
