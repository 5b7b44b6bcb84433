using System.Collections.Immutable;

namespace Convergence.Evolution.Spaces;

/// <summary>One of several named choices.</summary>
public sealed record CategoricalParameter : Parameter
{
    /// <param name="name">The name.</param>
    /// <param name="choices">The choices, all different.</param>
    /// <param name="ordered">Whether the choices are in an order (low, medium, high), so that neighbours are alike. Default: no.</param>
    public CategoricalParameter(string name, ImmutableArray<string> choices, bool ordered = false)
        : base(name) => (Choices, IsOrdered) = (choices, ordered);

    /// <summary>The choices; a code is an index here.</summary>
    public ImmutableArray<string> Choices { get; }

    /// <inheritdoc/>
    public override bool IsOrdered { get; }

    /// <inheritdoc/>
    public override long? Cardinality => Choices.Length;

    /// <inheritdoc/>
    public override double FromUnit(double unit) => Math.Clamp(Math.Floor(unit * Choices.Length), 0, Choices.Length - 1);

    /// <inheritdoc/>
    public override double ToUnit(double code) => (code + 0.5) / Choices.Length;

    /// <inheritdoc/>
    public override object ValueOf(double code) => Choices[(int)code];

    /// <inheritdoc/>
    public override double CodeOf(object value) =>
        value is string text && Choices.IndexOf(text, 0, StringComparer.Ordinal) is >= 0 and var index
            ? index
            : throw NotMine(value, $"one of {string.Join(", ", Choices)}");

    internal override bool Holds(double code) => code >= 0 && code < Choices.Length && code == Math.Floor(code);

    /// <inheritdoc/>
    public override IEnumerable<string> Problems()
    {
        if (Choices.IsDefaultOrEmpty)
        {
            return [$"{Name}: it has no choices; give at least one."];
        }

        string[] twice =
            [.. Choices.GroupBy(choice => choice, StringComparer.Ordinal).Where(same => same.Count() > 1).Select(same => same.Key)];
        return twice.Length == 0 ? [] : [$"{Name}: the choice {string.Join(", ", twice)} is there twice; name it once."];
    }
}
