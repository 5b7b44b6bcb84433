namespace Convergence.Merging;

/// <summary>One entry of a value by tensor name.</summary>
/// <param name="Filter">A part of the tensor's name (not a pattern); <see langword="null"/> or <c>*</c> match every name.</param>
/// <param name="Value">What holds for those tensors.</param>
public sealed record FilteredEntry(string? Filter, ParameterValue Value)
{
    internal bool Matches(string tensorName) =>
        Filter is null or "*" || tensorName.Contains(Filter, StringComparison.Ordinal);
}
