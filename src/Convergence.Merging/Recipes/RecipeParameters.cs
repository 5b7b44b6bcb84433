using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Convergence.Merging;

/// <summary>The parameters of one level of a recipe, by name in ordinal order. Immutable; compared by value.</summary>
public sealed class RecipeParameters : IEquatable<RecipeParameters>
{
    private readonly ImmutableSortedDictionary<string, ParameterValue> _values;

    private RecipeParameters(ImmutableSortedDictionary<string, ParameterValue> values) => _values = values;

    public static RecipeParameters Empty { get; } =
        new(ImmutableSortedDictionary.Create<string, ParameterValue>(StringComparer.Ordinal));

    public int Count => _values.Count;

    /// <summary>The names, in ordinal order.</summary>
    public IEnumerable<string> Names => _values.Keys;

    public static RecipeParameters Of(params ReadOnlySpan<(string Name, ParameterValue Value)> values)
    {
        var parameters = Empty;
        foreach (var (name, value) in values)
        {
            parameters = parameters.With(name, value);
        }

        return parameters;
    }

    /// <summary>These parameters with one more, or with another value of it.</summary>
    public RecipeParameters With(string name, ParameterValue value) => new(_values.SetItem(name, value));

    /// <summary>
    /// These parameters before others: where a value here has filters and none matches, the other's value holds. A list of filters is
    /// therefore continued by the other's.
    /// </summary>
    public RecipeParameters Over(RecipeParameters lower)
    {
        var combined = lower._values;
        foreach (var (name, value) in _values)
        {
            combined = combined.SetItem(
                name,
                value is FilteredValue filtered && lower.TryGet(name, out var next)
                    ? new FilteredValue(
                        [.. filtered.Entries, .. next is FilteredValue more ? more.Entries : [new FilteredEntry(Filter: null, next)]])
                    : value);
        }

        return new RecipeParameters(combined);
    }

    public bool TryGet(string name, [NotNullWhen(true)] out ParameterValue? value) => _values.TryGetValue(name, out value);

    public bool Equals(RecipeParameters? other) => other is not null && _values.SequenceEqual(other._values);

    public override bool Equals(object? obj) => Equals(obj as RecipeParameters);

    public override int GetHashCode() => SequenceValue.Hash(_values);

    public override string ToString() => string.Join(", ", _values.Select(pair => $"{pair.Key}: {pair.Value}"));
}
