using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Convergence.LanguageModels.Architectures;

/// <summary>Typed, range-checked access to a <c>config.json</c>; every error names the model, the key and the value.</summary>
internal sealed class ConfigReader(JsonObject config, string modelName)
{
    /// <summary>No extent of a real model comes near; it keeps products of extents inside 64 bits.</summary>
    public const int MaxExtent = 1 << 24;

    public string ModelName { get; } = modelName;

    public bool Has(string key) => config[key] is not null;

    /// <summary>An integer in [1, <see cref="MaxExtent"/>].</summary>
    public int Extent(string key, int? fallback = null)
    {
        if (config[key] is null)
        {
            return fallback ?? throw Missing(key);
        }

        var value = Number(key);
        if (value != Math.Floor(value) || value < 1 || value > MaxExtent)
        {
            throw Wrong(key, string.Create(CultureInfo.InvariantCulture, $"an integer from 1 to {MaxExtent}"));
        }

        return (int)value;
    }

    /// <summary>A finite number greater than zero.</summary>
    public double Positive(string key, double? fallback = null)
    {
        if (config[key] is null)
        {
            return fallback ?? throw Missing(key);
        }

        var value = Number(key);
        return double.IsFinite(value) && value > 0 ? value : throw Wrong(key, "a number greater than 0");
    }

    public bool Flag(string key, bool fallback) => config[key] switch
    {
        null => fallback,
        JsonValue value when value.GetValueKind() is JsonValueKind.True or JsonValueKind.False =>
            value.GetValueKind() == JsonValueKind.True,
        _ => throw Wrong(key, "true or false"),
    };

    public string Text(string key, string fallback) => config[key] switch
    {
        null => fallback,
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        _ => throw Wrong(key, "a text"),
    };

    /// <summary>A nested object, or <see langword="null"/> when the key is absent or null.</summary>
    public ConfigReader? Child(string key) => config[key] switch
    {
        null => null,
        JsonObject child => new ConfigReader(child, $"{ModelName}, {key}"),
        _ => throw Wrong(key, "an object"),
    };

    /// <summary>The first of <c>architectures</c>, or <see langword="null"/>.</summary>
    public string? FirstArchitecture() =>
        config["architectures"] is JsonArray { Count: > 0 } names
        && names[0] is JsonValue name
        && name.GetValueKind() == JsonValueKind.String
            ? name.GetValue<string>()
            : null;

    public LanguageModelException Wrong(string key, string expected) =>
        new($"{ModelName}: config.json: '{key}' is {Shorten(config[key])}, but must be {expected}. Correct config.json.");

    public LanguageModelException Unsupported(string key, string cure) =>
        new($"{ModelName}: config.json: '{key}' is {Shorten(config[key])}, which is not supported. {cure}");

    private LanguageModelException Missing(string key) =>
        new($"{ModelName}: config.json lacks '{key}'. Add it: it belongs to the architecture.");

    private double Number(string key) =>
        config[key] is JsonValue value && value.GetValueKind() == JsonValueKind.Number
            && double.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw Wrong(key, "a number");

    private static string Shorten(JsonNode? node)
    {
        var text = node?.ToJsonString() ?? "null";
        return text.Length <= 80 ? text : text[..80] + "...";
    }
}
