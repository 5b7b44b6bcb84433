using System.Collections.Immutable;
using Convergence.Evolution.Randomness;

namespace Convergence.Evolution.Spaces;

/// <summary>
/// The parameters that a search may set, some of which count only where others have certain values. Immutable.
/// </summary>
public sealed class SearchSpace
{
    private readonly Dictionary<string, int> _indices;
    private readonly ImmutableArray<int> _order;
    private readonly (int Parent, double[] Codes)?[] _conditions;

    /// <exception cref="ArgumentException">The definition makes no sense; the message names every problem.</exception>
    public SearchSpace(IEnumerable<Parameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Parameters = [.. parameters];
        if (SearchSpaceProblems.Of(Parameters) is { Count: > 0 } problems)
        {
            throw new ArgumentException(string.Join(' ', problems), nameof(parameters));
        }

        _indices = Parameters.Select((parameter, index) => (parameter.Name, index)).ToDictionary(StringComparer.Ordinal);
        _conditions = [.. Parameters.Select(parameter => Resolved(parameter.Condition))];
        _order = [.. Enumerable.Range(0, Parameters.Length).OrderBy(DepthOf)];
    }

    /// <summary>The parameters, in the order given; at least one.</summary>
    public ImmutableArray<Parameter> Parameters { get; }

    /// <summary>Whether there are finitely many configurations.</summary>
    public bool IsFinite => Parameters.All(parameter => parameter.Cardinality is not null);

    /// <summary>The place of a parameter.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public int IndexOf(string name) => _indices.TryGetValue(name, out var index)
        ? index
        : throw new ArgumentException(
            $"There is no parameter {name}; there are {string.Join(", ", Parameters.Select(known => known.Name))}.", nameof(name));

    /// <summary>The configuration of some values: those of parameters that do not count are dropped.</summary>
    /// <exception cref="ArgumentException">A name is unknown, a value impossible, or one that counts is missing.</exception>
    public Configuration Create(IReadOnlyDictionary<string, object> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var codes = new double[Parameters.Length];
        Array.Fill(codes, double.NaN);
        foreach (var (name, value) in values)
        {
            codes[IndexOf(name)] = Parameters[IndexOf(name)].CodeOf(value);
        }

        var configuration = Canonical(codes);
        for (var index = 0; index < codes.Length; index++)
        {
            if (IsActive(index, configuration.Codes.AsSpan()) && double.IsNaN(codes[index]))
            {
                throw new ArgumentException($"{Parameters[index].Name} counts in this configuration, but has no value.", nameof(values));
            }
        }

        return configuration;
    }

    /// <summary>The configuration at a point of the unit cube, a coordinate for each parameter; what does not count is ignored.</summary>
    public Configuration FromUnit(ReadOnlySpan<double> point)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(point.Length, Parameters.Length);
        var codes = new double[Parameters.Length];
        for (var index = 0; index < codes.Length; index++)
        {
            codes[index] = Parameters[index].FromUnit(point[index]);
        }

        return Canonical(codes);
    }

    /// <summary>The point of a configuration in the unit cube; NaN where a parameter does not count.</summary>
    public double[] ToUnit(Configuration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var point = new double[Parameters.Length];
        for (var index = 0; index < point.Length; index++)
        {
            var code = configuration.Codes[index];
            point[index] = double.IsNaN(code) ? double.NaN : Parameters[index].ToUnit(code);
        }

        return point;
    }

    /// <summary>A configuration whose every parameter is drawn uniformly on its scale.</summary>
    public Configuration Sample(SearchRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var point = new double[Parameters.Length];
        for (var index = 0; index < point.Length; index++)
        {
            point[index] = random.NextDouble();
        }

        return FromUnit(point);
    }

    /// <summary>Every configuration once, in lexicographic order, parents before the parameters that hang on them; lazily.</summary>
    /// <exception cref="InvalidOperationException">There are infinitely many.</exception>
    public IEnumerable<Configuration> Enumerate() => IsFinite
        ? Enumerate(0, new double[Parameters.Length])
        : throw new InvalidOperationException("A space with a continuous parameter has no end of configurations.");

    /// <summary>The configuration of codes on their grids; codes of parameters that do not count are dropped.</summary>
    internal Configuration Canonical(ReadOnlySpan<double> codes)
    {
        var kept = new double[codes.Length];
        foreach (var index in _order)
        {
            kept[index] = IsActive(index, kept) ? codes[index] : double.NaN;
        }

        return new Configuration(this, ImmutableArray.Create(kept));
    }

    /// <summary>Whether every parameter that counts has a value, and one of its own.</summary>
    internal bool IsPossible(Configuration configuration) => Enumerable.Range(0, Parameters.Length).All(index =>
        configuration.IsActive(index)
            ? Parameters[index].Holds(configuration.Codes[index])
            : !IsActive(index, configuration.Codes.AsSpan()));

    /// <summary>Whether a parameter counts, given the codes of those it hangs on (NaN: does not count itself).</summary>
    private bool IsActive(int index, ReadOnlySpan<double> codes) =>
        _conditions[index] is not { } condition || Array.IndexOf(condition.Codes, codes[condition.Parent]) >= 0;

    private IEnumerable<Configuration> Enumerate(int position, double[] codes)
    {
        if (position == codes.Length)
        {
            yield return Canonical(codes);
            yield break;
        }

        var index = _order[position];
        var parameter = Parameters[index];
        var active = IsActive(index, codes);
        var count = active ? parameter.Cardinality!.Value : 1;
        for (var value = 0L; value < count; value++)
        {
            codes[index] = !active ? double.NaN : parameter is NumericParameter numeric ? numeric.GridValue(value) : value;
            foreach (var configuration in Enumerate(position + 1, codes))
            {
                yield return configuration;
            }
        }
    }

    private (int Parent, double[] Codes)? Resolved(Condition? condition) => condition is null
        ? null
        : (IndexOf(condition.Parent), [.. condition.Values.Select(Parameters[IndexOf(condition.Parent)].CodeOf)]);

    private int DepthOf(int index) => _conditions[index] is { } condition ? DepthOf(condition.Parent) + 1 : 0;
}
