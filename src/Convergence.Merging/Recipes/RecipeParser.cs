using System.Collections.Immutable;
using System.Globalization;
using Convergence.Tensors;
using Convergence.Tensors.Text;

namespace Convergence.Merging;

/// <summary>Turns a YAML tree into a recipe.</summary>
internal sealed class RecipeParser(string source, RecipeDialect? dialect = null)
{
    private static readonly string[] RecipeKeys =
        ["merge_method", "base_model", "models", "slices", "parameters", "dtype", "out_dtype", "seed", "dialect", "missing_tensors"];

    private static readonly string[] UnsupportedKeys = ["tokenizer_source", "tokenizer", "chat_template", "modules", "name", "base_model"];

    private static readonly string[] UnsupportedMethods =
    [
        "della", "della_linear", "slerp_plus",
    ];

    public MergeRecipe Parse(YamlValue root)
    {
        var keys = Keys(root, "the recipe", RecipeKeys);
        return new MergeRecipe
        {
            Method = Method(keys, root),
            BaseModel = OptionalText(keys, "base_model"),
            Models = [.. Items(keys, "models").Select(Input)],
            Slices = [.. Items(keys, "slices").Select(Slice)],
            Parameters = Parameters(keys),
            DType = Type(keys, "dtype"),
            OutDType = Type(keys, "out_dtype"),
            Dialect = Dialect(keys),
            MissingTensors = MissingTensors(keys),
            Seed = Seed(keys),
        };
    }

    private MergeMethod Method(Dictionary<string, YamlValue> keys, YamlValue root)
    {
        if (!keys.TryGetValue("merge_method", out var value))
        {
            throw Error(root, $"\"merge_method\" is missing. It is one of {string.Join(", ", MergeMethodNames.All)}.");
        }

        var name = Text(value, "merge_method");
        return MergeMethodNames.Parse(name) ?? throw Error(value, UnsupportedMethods.Contains(name)
            ? $"merge_method {name} is one of mergekit's that is not supported yet. Supported are {string.Join(", ", MergeMethodNames.All)}."
            : $"merge_method \"{name}\" is not known.{Suggestion.Phrase(name, MergeMethodNames.All)} It is one of {string.Join(", ", MergeMethodNames.All)}.");
    }

    private RecipeInput Input(YamlValue value)
    {
        var keys = Keys(value, "an entry of \"models\"", ["model", "parameters"]);
        return new RecipeInput(Model(keys, value), Parameters(keys));
    }

    private RecipeSlice Slice(YamlValue value)
    {
        var keys = Keys(value, "an entry of \"slices\"", ["sources", "parameters"]);
        return new RecipeSlice([.. Items(keys, "sources").Select(Source)], Parameters(keys));
    }

    private RecipeSource Source(YamlValue value)
    {
        var keys = Keys(value, "an entry of \"sources\"", ["model", "layer_range", "parameters"]);
        var model = Model(keys, value);
        if (!keys.TryGetValue("layer_range", out var range))
        {
            throw Error(value, $"\"layer_range\" of {model} is missing. Give the first layer and the layer after the last, as in [0, 4].");
        }

        return range is YamlList { Items: [YamlScalar first, YamlScalar end] }
            ? new RecipeSource(model, Layer(first), Layer(end), Parameters(keys))
            : throw Error(range, "\"layer_range\" must be a list of two whole numbers, the first layer and the layer after the last, as in [0, 4].");
    }

    private int Layer(YamlScalar value) =>
        int.TryParse(value.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var layer)
            ? layer
            : throw Error(value, $"\"layer_range\" has \"{value.Text}\" where a whole number belongs.");

    private string Model(Dictionary<string, YamlValue> keys, YamlValue place) =>
        keys.TryGetValue("model", out var value)
            ? Text(value, "model")
            : throw Error(place, "\"model\" is missing. Give the model's directory.");

    private DType? Type(Dictionary<string, YamlValue> keys, string key)
    {
        if (OptionalText(keys, key) is not { } name)
        {
            return null;
        }

        return TypeNames.Parse(name) ?? throw Error(
            keys[key], $"{key} \"{name}\" is not a float type.{Suggestion.Phrase(name, TypeNames.All)} It is one of float32, float16, bfloat16, float64.");
    }

    private MissingTensorRule MissingTensors(Dictionary<string, YamlValue> keys) => OptionalText(keys, "missing_tensors") switch
    {
        null or "refuse" => MissingTensorRule.Refuse,
        "skip" => MissingTensorRule.Skip,
        var other => throw Error(
            keys["missing_tensors"], $"missing_tensors \"{other}\" is neither \"refuse\" nor \"skip\" (merge such a tensor from the models that have it)."),
    };

    private RecipeDialect Dialect(Dictionary<string, YamlValue> keys)
    {
        if (dialect is { } asked)
        {
            return asked;
        }

        if (OptionalText(keys, "dialect") is not { } name)
        {
            return RecipeDialect.MergeKit;
        }

        return DialectNames.Parse(name) ?? throw Error(
            keys["dialect"], $"dialect \"{name}\" is not known.{Suggestion.Phrase(name, DialectNames.All)} It is one of {string.Join(", ", DialectNames.All)}.");
    }

    private ulong Seed(Dictionary<string, YamlValue> keys)
    {
        if (OptionalText(keys, "seed") is not { } text)
        {
            return 0;
        }

        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
            ? seed
            : throw Error(keys["seed"], $"seed \"{text}\" must be a whole number from 0 to {ulong.MaxValue}.");
    }

    private RecipeParameters Parameters(Dictionary<string, YamlValue> keys)
    {
        if (!keys.TryGetValue("parameters", out var value) || value is YamlScalar { IsNull: true })
        {
            return RecipeParameters.Empty;
        }

        if (value is not YamlMap map)
        {
            throw Error(value, "\"parameters\" must hold names and values, as in \"weight: 0.5\".");
        }

        var parameters = RecipeParameters.Empty;
        foreach (var (key, given) in map.Entries)
        {
            parameters = parameters.With(key.Text, new ParameterParser(source, key.Text).Parse(given));
        }

        return parameters;
    }

    private IReadOnlyList<YamlValue> Items(Dictionary<string, YamlValue> keys, string key) => keys.GetValueOrDefault(key) switch
    {
        null or YamlScalar { IsNull: true } => [],
        YamlList list => list.Items,
        var other => throw Error(other, $"\"{key}\" must be a list: begin every entry with \"-\"."),
    };

    private string? OptionalText(Dictionary<string, YamlValue> keys, string key) =>
        keys.TryGetValue(key, out var value) && value is not YamlScalar { IsNull: true } ? Text(value, key) : null;

    private string Text(YamlValue value, string key) =>
        value is YamlScalar { IsNull: false } scalar ? scalar.Text : throw Error(value, $"\"{key}\" must be a single word or path.");

    private Dictionary<string, YamlValue> Keys(YamlValue value, string place, string[] known)
    {
        if (value is not YamlMap map)
        {
            throw Error(value, $"{place} must hold keys and values: {string.Join(", ", known)}.");
        }

        var keys = new Dictionary<string, YamlValue>(StringComparer.Ordinal);
        foreach (var (key, given) in map.Entries)
        {
            if (!known.Contains(key.Text))
            {
                throw Error(key, UnsupportedKeys.Contains(key.Text)
                    ? $"\"{key.Text}\" in {place} is a key of mergekit that is not supported yet. Remove it; tokenizer and configuration come from the base, or else from the first model."
                    : $"{place} has no key \"{key.Text}\".{Suggestion.Phrase(key.Text, known)} It has {string.Join(", ", known)}.");
            }

            keys.Add(key.Text, given);
        }

        return keys;
    }

    private RecipeException Error(YamlValue place, string message) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{source}:{place.Line}: {message}"));
}
