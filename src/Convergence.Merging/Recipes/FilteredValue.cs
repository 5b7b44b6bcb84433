using System.Collections.Immutable;

namespace Convergence.Merging;

/// <summary>Values by tensor name: the first entry whose filter matches counts.</summary>
public sealed record FilteredValue(ImmutableArray<FilteredEntry> Entries) : ParameterValue
{
    public bool Equals(FilteredValue? other) => other is not null && Entries.SequenceEqual(other.Entries);

    public override int GetHashCode() => SequenceValue.Hash(Entries);

    internal override ParameterValue? At(string tensorName, double depth) =>
        Entries.FirstOrDefault(entry => entry.Matches(tensorName))?.Value.At(tensorName, depth);
}
