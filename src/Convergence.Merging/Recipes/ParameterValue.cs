namespace Convergence.Merging;

/// <summary>
/// What a recipe gives for a parameter: a number, a flag, a word, a list over depth, or a choice by tensor name. Compared by value.
/// </summary>
public abstract record ParameterValue
{
    private protected ParameterValue()
    {
    }

    public static implicit operator ParameterValue(double value) => FromDouble(value);

    public static implicit operator ParameterValue(bool value) => FromBoolean(value);

    public static ParameterValue FromDouble(double value) => new NumberValue(value);

    public static ParameterValue FromBoolean(bool value) => new FlagValue(value);

    public static ParameterValue FromText(string value) => new TextValue(value);

    /// <summary>A list of numbers that is interpolated over the depth of the model.</summary>
    public static ParameterValue Gradient(params ReadOnlySpan<double> points) => new GradientValue([.. points]);

    /// <summary>
    /// The number, flag or word at a place in the model, or <see langword="null"/> when no filter matches: the parameter then
    /// counts as not given.
    /// </summary>
    /// <param name="tensorName">The name that filters are compared with.</param>
    /// <param name="depth">0 at the first layer, 1 at the last.</param>
    internal abstract ParameterValue? At(string tensorName, double depth);
}
