using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Foundation.Yaml;

namespace Convergence.Optimization.Configuration.Parsing;

/// <summary>One parameter: a map, a list of its values, or its only value.</summary>
internal static class ParameterKeys
{
    /// <summary>More choices than any API has.</summary>
    private const int MaxValueCount = 10_000;

    private static readonly string[] RangeKeys = ["min", "max", "step"];

    private enum Shape
    {
        Categorical,
        Continuous,
        Discrete,
        Boolean,
    }

    private static readonly FrozenDictionary<string, Shape> Shapes = new Dictionary<string, Shape>
    {
        ["categorical"] = Shape.Categorical,
        ["choice"] = Shape.Categorical,
        ["continuous"] = Shape.Continuous,
        ["float"] = Shape.Continuous,
        ["discrete"] = Shape.Discrete,
        ["int"] = Shape.Discrete,
        ["integer"] = Shape.Discrete,
        ["bool"] = Shape.Boolean,
        ["boolean"] = Shape.Boolean,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <returns><see langword="null"/> when it cannot be used, which is noted as an error.</returns>
    public static ParameterConfig? Read(YamlSection parameters, string name, ConfigReading reading)
    {
        switch (parameters.Value(name))
        {
            case null:
                parameters.Fail(name, "has no values. Give a list of them, or {type: continuous, min: 0, max: 1}.");
                return null;
            case YamlMap:
                return ReadMap(parameters.Section(name), name, reading);
            case YamlList list:
                return Choices(parameters, name, name, list, ParameterKind.Categorical);
            case var only:
                reading.Inform(parameters.NameOf(name), $"has one value, {only.Shown}; every call sends it.");
                return Choices(parameters, name, name, new YamlList(only.Line, [only]), ParameterKind.Categorical);
        }
    }

    private static ParameterConfig? ReadMap(YamlSection section, string name, ConfigReading reading)
    {
        var errorCount = section.ErrorCount;
        var key = section.Has("choices") && !section.Has("values") ? "choices" : "values";
        var values = section.Value(key);
        _ = (section.Value("choices"), section.Value("values"));
        var min = section.OptionalNumber("min", double.NegativeInfinity, double.PositiveInfinity);
        var max = section.OptionalNumber("max", double.NegativeInfinity, double.PositiveInfinity);
        var step = section.OptionalNumber("step", 0, double.PositiveInfinity, minAllowed: false);
        var shape = section.Word("type", Shapes) ?? Guess(section, name, values is not null, reading);
        var common = new ParameterConfig
        {
            Name = name,
            Kind = ParameterKind.Categorical,
            IsLogarithmic = section.Flag("log", defaultValue: false),
            Condition = ReadCondition(section),
            Description = section.Text("description"),
            Min = min,
            Max = max,
            Step = step,
        };
        reading.NoteUnknownKeys(section);
        if (section.ErrorCount > errorCount)
        {
            return null;
        }

        return shape switch
        {
            Shape.Boolean => common with { Values = [JsonValue.Create(true), JsonValue.Create(false)] },
            Shape.Categorical or Shape.Discrete when values is not null => WithValues(section, key, values, common, shape, reading),
            Shape.Categorical => Missing(section),
            _ => Range(section, common, shape, values is not null ? key : null),
        };
    }

    // Without a type the values tell it; a range is a range of whole numbers only where the name says so.
    private static Shape Guess(YamlSection section, string name, bool hasValues, ConfigReading reading)
    {
        if (hasValues || section.Has("type"))
        {
            return Shape.Categorical;
        }

        var shape = WholeNumbers.IsName(name) ? Shape.Discrete : Shape.Continuous;
        reading.Inform(
            section.NameOf("type"),
            $"is not given; the parameter is read as {(shape == Shape.Discrete ? "whole numbers" : "continuous")}.");
        return shape;
    }

    private static ParameterConfig? Missing(YamlSection section)
    {
        section.Fail("values", "missing. A categorical parameter has a list of values.");
        return null;
    }

    private static ParameterConfig? WithValues(
        YamlSection section, string key, YamlValue values, ParameterConfig common, Shape shape, ConfigReading reading)
    {
        if (values is not YamlList list)
        {
            section.Fail(key, $"{values.Shown} is not a list of values.");
            return null;
        }

        foreach (var unused in RangeKeys.Where(section.Has))
        {
            reading.Warn(section.NameOf(unused), $"does nothing: the parameter takes one of its {key}.");
        }

        var kind = shape == Shape.Discrete ? ParameterKind.Discrete : ParameterKind.Categorical;
        return Choices(section, key, common.Name, list, kind) is { } read
            ? common with { Kind = kind, Values = read.Values }
            : null;
    }

    private static ParameterConfig? Choices(YamlSection section, string key, string name, YamlList list, ParameterKind kind)
    {
        ImmutableArray<JsonNode?> values = [.. list.Items.Select(YamlJson.ToNode)];
        if (values.IsEmpty || values.Length > MaxValueCount)
        {
            section.Fail(key, $"has {values.Length} values; a parameter has 1 to {MaxValueCount}.");
            return null;
        }

        var twice = values.GroupBy(ParameterSpace.KeyOf, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1);
        if (twice is not null)
        {
            section.Fail(key, $"{twice.Key} is there twice. Keep one.");
            return null;
        }

        if (kind == ParameterKind.Discrete && values.FirstOrDefault(value => value?.GetValueKind() != JsonValueKind.Number) is var odd
            && values.Any(value => value?.GetValueKind() != JsonValueKind.Number))
        {
            section.Fail(key, $"{odd?.ToJsonString() ?? "null"} is not a number; discrete parameters are. Use type: categorical.");
            return null;
        }

        return new ParameterConfig { Name = name, Kind = kind, Values = values };
    }

    private static ParameterConfig? Range(YamlSection section, ParameterConfig common, Shape shape, string? valuesKey)
    {
        if (valuesKey is not null)
        {
            section.Fail(valuesKey, "a continuous parameter has min and max. Use type: categorical or discrete for a list of values.");
            return null;
        }

        if (common is not { Min: { } min, Max: { } max })
        {
            section.Fail(common.Min is null ? "min" : "max", "missing. A range has min and max.");
            return null;
        }

        if (min > max)
        {
            section.Fail("min", FormattableString.Invariant($"{min} is more than max, {max}. Swap them."));
            return null;
        }

        if (common.IsLogarithmic && min <= 0)
        {
            section.Fail("log", FormattableString.Invariant($"a logarithmic scale needs a min above 0, and it is {min}."));
            return null;
        }

        return common with { Kind = shape == Shape.Discrete ? ParameterKind.Discrete : ParameterKind.Continuous };
    }

    private static ParameterCondition? ReadCondition(YamlSection section)
    {
        if (!section.Has("when"))
        {
            _ = section.Value("when");
            return null;
        }

        var when = section.Section("when");
        if (when.Keys.ToArray() is not [var parent])
        {
            section.Fail("when", "is not one parameter with the values under which this one counts: {model: [gpt-4o, gpt-4o-mini]}.");
            return null;
        }

        // A value alone is a list of one; null is a value here.
        return when.Value(parent) switch
        {
            YamlList list => new ParameterCondition(parent, [.. list.Items.Select(YamlJson.ToNode)]),
            { } only => new ParameterCondition(parent, [YamlJson.ToNode(only)]),
            null => new ParameterCondition(parent, [null]),
        };
    }
}
