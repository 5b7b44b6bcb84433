namespace Convergence.Merging;

/// <summary>
/// The parameter <c>rescale</c>: <c>density</c>, <c>l1</c> or <c>none</c>. mergekit has a flag there; <c>false</c> is <c>none</c>, and
/// <c>true</c> leaves the rule to the recipe's dialect: mergekit's is <c>l1</c>, the papers' is <c>density</c>.
/// </summary>
internal static class RescaleParameter
{
    private const string Name = "rescale";

    /// <summary>For methods that keep elements at random, which rescale by default.</summary>
    public static ParameterDefinition OfRandom { get; } = Define("density", "l1", "none") with
    {
        Default = true,
    };

    /// <summary>
    /// For methods that choose elements by magnitude: there is no probability to divide by, and they do not rescale by default.
    /// </summary>
    public static ParameterDefinition OfMagnitude { get; } = Define("l1", "none") with
    {
        Default = false,
    };

    /// <summary>The rule that holds for a tensor.</summary>
    public static Rescaling Read(ParameterScope scope, bool isRandom) => scope.WordOrFlag(Name) switch
    {
        FlagValue { Value: false } or TextValue { Value: "none" } => Rescaling.None,
        TextValue { Value: "density" } => Rescaling.Density,
        TextValue => Rescaling.L1,
        _ => isRandom && scope.Dialect == RecipeDialect.EvoMerge ? Rescaling.Density : Rescaling.L1,
    };

    private static ParameterDefinition Define(params string[] words) =>
        new(Name, ParameterKind.Word, PerModel: false) { Words = words, AllowsFlags = true };
}
