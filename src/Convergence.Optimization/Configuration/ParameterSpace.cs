using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Evolution.Spaces;
using SpaceConfiguration = Convergence.Evolution.Spaces.Configuration;

namespace Convergence.Optimization.Configuration;

/// <summary>
/// A configuration's search space as samplers know it, and the way back: every configuration of <see cref="Space"/> is a map of parameters
/// that can be sent. Immutable.
/// </summary>
public sealed class ParameterSpace
{
    /// <summary>Values of a continuous range without a step: between this many and ten times as many.</summary>
    private const double LeastGridCount = 1000;

    private const int SignificantDigits = 4;

    private readonly ImmutableArray<Choices?> _choices;

    private ParameterSpace(SearchSpace space, ImmutableArray<Choices?> choices)
    {
        Space = space;
        _choices = choices;
    }

    /// <summary>The space. Its parameters are named as the file's; choices are named by their JSON text.</summary>
    public SearchSpace Space { get; }

    /// <summary>How many configurations there are, or a number above that for conditional spaces; <see langword="null"/>: infinitely many,
    /// or more than 2^53.</summary>
    public long? Size
    {
        get
        {
            var size = 1.0;
            foreach (var parameter in Space.Parameters)
            {
                size *= parameter.Cardinality ?? double.PositiveInfinity;
            }

            return size <= 1L << 53 ? (long)size : null;
        }
    }

    /// <summary>The space of a configuration; parameters whose condition never holds are left out.</summary>
    /// <exception cref="ArgumentException">The parameters make no space; see <see cref="ProblemsOf"/>.</exception>
    public static ParameterSpace Of(SearchSpaceConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var used = Used(config);
        return new ParameterSpace(new SearchSpace(used.Select(ToParameter)), [.. used.Select(Choices.Of)]);
    }

    /// <summary>What is wrong with the parameters of a space, in words; empty when all is well.</summary>
    public static IReadOnlyList<string> ProblemsOf(SearchSpaceConfig config) =>
        SearchSpaceProblems.Of([.. Used(config).Select(ToParameter)]);

    /// <summary>What tells two values of a choice apart: their JSON, numbers by value.</summary>
    public static string KeyOf(JsonNode? value) => value?.GetValueKind() == JsonValueKind.Number
        ? value.GetValue<double>().ToString("R", CultureInfo.InvariantCulture)
        : value?.ToJsonString() ?? "null";

    /// <summary>The parameters to send: whole numbers without a point, decimals as a person would write them, choices as the file has
    /// them. Parameters that do not count are missing. The map is the caller's own.</summary>
    public JsonObject ToParameters(SpaceConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var parameters = new JsonObject();
        for (var index = 0; index < Space.Parameters.Length; index++)
        {
            if (configuration.IsActive(index))
            {
                parameters[Space.Parameters[index].Name] = ToNode(index, configuration.Codes[index]);
            }
        }

        return parameters;
    }

    /// <summary>The configuration of some parameters: of a baseline, or of a run before.</summary>
    /// <param name="parameters">Parameters that do not count, and fields that are no parameters of the space, are ignored.</param>
    /// <param name="configuration">The nearest of the grid.</param>
    /// <param name="problem">Why there is none: a parameter is missing, or its value is not one of the space's.</param>
    public bool TryFromParameters(
        JsonObject parameters, [NotNullWhen(true)] out SpaceConfiguration? configuration, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var values = new Dictionary<string, object>(StringComparer.Ordinal);
        for (var index = 0; index < Space.Parameters.Length; index++)
        {
            var name = Space.Parameters[index].Name;
            if (parameters.TryGetPropertyValue(name, out var node))
            {
                values[name] = _choices[index] is not null ? KeyOf(node) : node?.GetValueKind() == JsonValueKind.Number
                    ? node.GetValue<double>()
                    : node?.ToJsonString() ?? "null";
            }
        }

        try
        {
            (configuration, problem) = (Space.Create(values), null);
            return true;
        }
        catch (ArgumentException exception)
        {
            (configuration, problem) = (null, exception.Message.Split(" (Parameter '", 2)[0]);
            return false;
        }
    }

    private static ImmutableArray<ParameterConfig> Used(SearchSpaceConfig config) =>
        [.. config.Parameters.Where(parameter => parameter.Condition is not { Values.IsEmpty: true })];

    private static Parameter ToParameter(ParameterConfig config)
    {
        Parameter parameter = Choices.Of(config) is { } choices
            ? new CategoricalParameter(config.Name, choices.Keys, choices.IsAscending)
            : Range(config, config.Min!.Value, config.Max!.Value);
        return parameter with { Condition = config.Condition is { } condition ? ToCondition(condition) : null };
    }

    private static Condition ToCondition(ParameterCondition condition) =>
        new(condition.Parent, [.. condition.Values.Select(value => (object)KeyOf(value))]);

    private static NumericParameter Range(ParameterConfig config, double min, double max)
    {
        var isWhole = config.Kind == ParameterKind.Discrete || WholeNumbers.IsName(config.Name);
        var step = config.Step ?? (isWhole ? 1 : (double?)null);
        if (isWhole && IsWhole(min) && IsWhole(max) && step is { } wholeStep && IsWhole(wholeStep))
        {
            return new IntegerParameter(config.Name, (long)min, (long)max, (long)wholeStep, config.IsLogarithmic);
        }

        // A plain range gets a fine decimal grid, so that equal configurations are equal and values are short; ratios have none.
        var grid = step ?? (config.IsLogarithmic || max == min ? null : Math.Pow(10, Math.Floor(Math.Log10((max - min) / LeastGridCount))));
        return new FloatParameter(config.Name, min, max, grid, config.IsLogarithmic);
    }

    private static bool IsWhole(double value) => Math.Floor(value) == value && Math.Abs(value) <= 1L << 53;

    private JsonNode? ToNode(int index, double code) => _choices[index] is { } choices
        ? choices.Values[(int)code]?.DeepClone()
        : Space.Parameters[index] switch
        {
            IntegerParameter => JsonValue.Create((long)code),
            FloatParameter { Step: null } => JsonValue.Create(Short(code)),
            _ => JsonValue.Create(code),
        };

    private static double Short(double value) => double.Parse(
        value.ToString("G" + SignificantDigits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture),
        CultureInfo.InvariantCulture);

    /// <summary>The values of a choice and their names.</summary>
    private sealed record Choices(ImmutableArray<JsonNode?> Values, ImmutableArray<string> Keys, bool IsAscending)
    {
        public static Choices? Of(ParameterConfig config)
        {
            if (config.Values.IsDefault)
            {
                return null;
            }

            var numbers = config.Values.Select(Text.JsonValues.Number).ToArray();
            var ascending = numbers.Zip(numbers.Skip(1)).All(pair => pair.First < pair.Second);
            return new Choices(
                config.Values,
                [.. config.Values.Select(KeyOf)],
                numbers.Length > 1 && numbers.All(number => number is not null) && ascending);
        }
    }
}
