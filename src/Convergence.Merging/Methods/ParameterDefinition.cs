using Convergence.Foundation.Text;

namespace Convergence.Merging;

/// <summary>A parameter of a merge method.</summary>
/// <param name="Name">Its name in recipes.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="PerModel">Whether every model has its own; otherwise there is one for the tensor.</param>
internal sealed record ParameterDefinition(string Name, ParameterKind Kind, bool PerModel)
{
    // Sums of such numbers are finite in float64, so that dividing by one cannot turn a whole tensor into zeros without a word.
    private const double LargestMagnitude = 1e300;

    /// <summary>What holds when the recipe says nothing; <see langword="null"/> when it must say something.</summary>
    public ParameterValue? Default { get; init; }

    /// <summary>
    /// What holds instead of <see cref="Default"/> in a recipe of mergekit's dialect, where mergekit differs from the method's paper.
    /// </summary>
    public ParameterValue? MergeKitDefault { get; init; }

    /// <summary>Whether the method does without it when the recipe says nothing and there is no default.</summary>
    public bool Optional { get; init; }

    public double Minimum { get; init; } = double.NegativeInfinity;

    public double Maximum { get; init; } = double.PositiveInfinity;

    /// <summary>Whether <see cref="Minimum"/> itself is outside the range.</summary>
    public bool MinimumIsOpen { get; init; }

    /// <summary>The words that are allowed.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>Whether true and false stand for words, too.</summary>
    public bool AllowsFlags { get; init; }

    public static ParameterDefinition Weight { get; } = new("weight", ParameterKind.Number, PerModel: true);

    public static ParameterDefinition Lambda { get; } = new("lambda", ParameterKind.Number, PerModel: false) { Default = 1.0 };

    /// <summary>Accepted because mergekit's recipes have it: how masks are stored there, without effect on the result.</summary>
    public static ParameterDefinition Int8Mask { get; } = new("int8_mask", ParameterKind.Flag, PerModel: false) { Default = false };

    public static ParameterDefinition Normalize(bool byDefault) =>
        new("normalize", ParameterKind.Flag, PerModel: false) { Default = byDefault };

    /// <summary>What holds in a dialect when the recipe says nothing, or <see langword="null"/>.</summary>
    public ParameterValue? DefaultIn(RecipeDialect dialect) =>
        dialect == RecipeDialect.MergeKit ? MergeKitDefault ?? Default : Default;

    /// <summary>What was probably meant by a word that is not allowed: the end of a message, or nothing.</summary>
    public string Suggest(ParameterValue value) => value is TextValue { Value: var word }
        ? Suggestion.Phrase(word, Kind switch
        {
            ParameterKind.Flag => YamlFlags.Usual,
            ParameterKind.Word => AllowsFlags ? [.. Words, .. YamlFlags.Usual] : Words,
            _ => [],
        })
        : "";

    /// <summary>For example <c>in (0, 1]</c>.</summary>
    public string DescribeRange()
    {
        if (Kind == ParameterKind.Flag)
        {
            return "true or false";
        }

        if (Kind == ParameterKind.Word)
        {
            return "one of " + string.Join(", ", Words) + (AllowsFlags ? ", true, false" : "");
        }

        return double.IsInfinity(Minimum) && double.IsInfinity(Maximum)
            ? FormattableString.Invariant($"a number in [-{LargestMagnitude}, {LargestMagnitude}]")
            : FormattableString.Invariant($"a number in {(MinimumIsOpen ? '(' : '[')}{Minimum}, {Maximum}]");
    }

    public bool Allows(ParameterValue value) => value switch
    {
        NumberValue { Value: 0 or 1 } when Kind == ParameterKind.Flag => true,
        NumberValue number => Kind == ParameterKind.Number && Math.Abs(number.Value) <= LargestMagnitude
            && number.Value <= Maximum && (MinimumIsOpen ? number.Value > Minimum : number.Value >= Minimum),
        FlagValue => Kind == ParameterKind.Flag || AllowsFlags,
        TextValue text => Kind == ParameterKind.Word && Words.Contains(text.Value),
        _ => false,
    };
}
