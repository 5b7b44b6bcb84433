using System.Collections.Immutable;
using System.Globalization;

namespace Convergence.Evolution.Spaces;

/// <summary>
/// A value for every parameter that counts, in canonical form: on the grid, parameters that do not count left out. Two configurations
/// of one space are equal exactly when they mean the same. Immutable.
/// </summary>
public sealed class Configuration : IEquatable<Configuration>
{
    private readonly int _hash;

    internal Configuration(SearchSpace space, ImmutableArray<double> codes)
    {
        (Space, Codes) = (space, codes);
        var hash = new HashCode();
        foreach (var code in codes)
        {
            // All NaN are one here, and -0 is 0: whatever is equal hashes alike.
            hash.Add(double.IsNaN(code) ? 1L : BitConverter.DoubleToInt64Bits(code + 0.0));
        }

        _hash = hash.ToHashCode();
    }

    /// <summary>The space.</summary>
    public SearchSpace Space { get; }

    /// <summary>The codes of the values, in the order of the space's parameters; NaN where a parameter does not count.</summary>
    public ImmutableArray<double> Codes { get; }

    /// <summary>The value of a parameter (<see cref="double"/>, <see cref="long"/>, <see cref="string"/> or <see cref="bool"/>), or
    /// <see langword="null"/> when it does not count.</summary>
    /// <exception cref="ArgumentException">The space has no such parameter.</exception>
    public object? this[string name] => ValueAt(Space.IndexOf(name));

    /// <summary>The values of the parameters that count, by name, in the space's order.</summary>
    public IEnumerable<KeyValuePair<string, object>> Values =>
        Enumerable.Range(0, Codes.Length).Where(IsActive)
            .Select(index => KeyValuePair.Create(Space.Parameters[index].Name, ValueAt(index)!));

    /// <summary>Whether the parameter of an index counts.</summary>
    public bool IsActive(int index) => !double.IsNaN(Codes[index]);

    /// <inheritdoc/>
    public bool Equals(Configuration? other) =>
        other is not null && _hash == other._hash && Codes.AsSpan().SequenceEqual(other.Codes.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Configuration);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <summary>The values as text: <c>model=mini, temperature=0.3</c>.</summary>
    public override string ToString() =>
        string.Join(", ", Values.Select(value => string.Create(CultureInfo.InvariantCulture, $"{value.Key}={value.Value}")));

    private object? ValueAt(int index) => IsActive(index) ? Space.Parameters[index].ValueOf(Codes[index]) : null;
}
