using System.Globalization;

namespace Convergence.Evolution.Spaces;

/// <summary>
/// One named parameter of a search space. Inside a search every value is a number, its code: the value itself of a number, the index of
/// a choice. A parameter also lies on the unit interval: <see cref="FromUnit"/> gives every value an equal share of it on the
/// parameter's scale, so that a uniform number is a uniform value. Immutable.
/// </summary>
public abstract record Parameter
{
    private protected Parameter(string name) => Name = name;

    /// <summary>The name: unique in its space, not empty.</summary>
    public string Name { get; }

    /// <summary>When the parameter counts; <see langword="null"/>: always.</summary>
    public Condition? Condition { get; init; }

    /// <summary>How many values there are; <see langword="null"/>: a continuum.</summary>
    public abstract long? Cardinality { get; }

    /// <summary>Whether neighbouring values are alike; choices without an order have no neighbours.</summary>
    public abstract bool IsOrdered { get; }

    /// <summary>The code at a place of the unit interval; places outside it are taken to its nearest end.</summary>
    public abstract double FromUnit(double unit);

    /// <summary>The place of a code in [0, 1]: the middle of its share, when it has one.</summary>
    public abstract double ToUnit(double code);

    /// <summary>The value of a code, as users know it: a <see cref="double"/>, <see cref="long"/>, <see cref="string"/> or
    /// <see cref="bool"/>.</summary>
    public abstract object ValueOf(double code);

    /// <summary>The code of a value, rounded to the step where there is one.</summary>
    /// <exception cref="ArgumentException">The value is not one of this parameter's; the message names both.</exception>
    public abstract double CodeOf(object value);

    /// <summary>Whether a number is the code of a value.</summary>
    internal abstract bool Holds(double code);

    /// <summary>Everything wrong with the definition, in words; empty when all is well.</summary>
    public abstract IEnumerable<string> Problems();

    private protected ArgumentException NotMine(object? value, string allowed) =>
        new($"{Name}: {Convert.ToString(value, CultureInfo.InvariantCulture) ?? "null"} is not one of its values; give {allowed}.");

    private protected static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);
}
