using System.Globalization;
using Convergence.Foundation.Text;
using Convergence.Foundation.Yaml;
using Convergence.Tensors;

namespace Convergence.Merging;

/// <summary>Turns one document of a recipe file into a recipe.</summary>
/// <param name="source">What messages call the file.</param>
/// <param name="dialect">Overrides the document's dialect, or <see langword="null"/>.</param>
internal sealed class RecipeParser(string source, RecipeDialect? dialect = null)
{
    private static readonly string[] Keys =
    [
        "name", "dialect", "merge_method", "base_model", "models", "slices", "modules", "parameters", "dtype", "out_dtype",
        "tokenizer_source", "tokenizer", "chat_template", "missing_tensors", "seed",
    ];

    private static readonly string[] ModuleKeys = ["models", "slices", "parameters"];
    private static readonly string[] InputKeys = ["model", "parameters"];
    private static readonly string[] SliceKeys = ["sources", "base_model", "parameters"];
    private static readonly string[] SourceKeys = ["model", "layer_range", "parameters"];

    private readonly RecipeText _text = new(source);

    /// <summary>Every key that a recipe may hold besides the names of parameters and tokens.</summary>
    internal static IEnumerable<string> AllKeys =>
        Keys.Concat(ModuleKeys).Concat(InputKeys).Concat(SliceKeys).Concat(SourceKeys).Distinct();

    public NamedRecipe Parse(YamlValue root)
    {
        var section = new RecipeSection(_text, root, "", "the recipe", Keys, ForeignKeys.Explain);
        var method = Method(section);
        var chosen = Dialect(section);
        var body = Body(section);
        var parameters = new ParametersParser(_text, method, chosen);
        var recipe = new MergeRecipe
        {
            Method = method,
            BaseModel = Model(section, "base_model"),
            Models = [.. body.Items("models").Select(item => Input(item.Value, item.Path, parameters))],
            Slices = [.. body.Items("slices").Select(item => Slice(item.Value, item.Path, parameters))],
            Parameters = body == section
                ? parameters.Parse(section, isShared: true)
                : parameters.Parse(body, isShared: true).Over(parameters.Parse(section, isShared: true)),
            DType = Type(section, "dtype"),
            OutDType = Type(section, "out_dtype"),
            Tokenizer = TokenizerParser.Parse(section),
            ChatTemplate = section.Word("chat_template"),
            Dialect = chosen,
            MissingTensors = MissingTensors(section),
            Seed = Seed(section),
        };
        recipe = recipe with
        {
            Origin = new RecipeOrigin(source, body == section ? "" : body.Path + ".", _text.Lines),
            Notes = [.. _text.Notes],
        };
        RecipeValidator.Validate(recipe);
        return new NamedRecipe(section.Word("name"), recipe);
    }

    /// <summary>What holds models or slices: the document, or its only module, which is then the whole model.</summary>
    private RecipeSection Body(RecipeSection section)
    {
        if (section.Find("modules") is not { } modules)
        {
            return section;
        }

        if (section.Find("models") is not null || section.Find("slices") is not null)
        {
            throw section.Error("modules", "stands beside \"models\" or \"slices\". Keep one of the three.");
        }

        if (modules is not YamlMap { Entries: [var only] })
        {
            throw section.Error(
                "modules",
                modules is YamlMap { Entries.Count: > 1 } several
                    ? $"names {string.Join(", ", several.Entries.Select(entry => entry.Key.Text))}. "
                        + "Models of several modules (vision and text, encoder and decoder) are merged as a whole here: "
                        + "use \"models\" at the top, with filters on tensor names where the modules differ, as in weight: "
                        + "[{filter: visual, value: 0}, {value: 0.5}]."
                    : "must hold the name of the model's module with its \"models\" or \"slices\".");
        }

        var path = section.PathOf("modules") + "." + only.Key.Text;
        _text.Record(path, only.Key);
        return new RecipeSection(_text, only.Value, path, $"the module {only.Key.Text}", ModuleKeys);
    }

    private static MergeMethod Method(RecipeSection section)
    {
        if (section.Word("merge_method") is not { } name)
        {
            throw section.Error("merge_method", $"\"merge_method\" is missing. It is one of {string.Join(", ", MergeMethodNames.All)}.");
        }

        return MergeMethodNames.Parse(name) ?? throw section.Error(
            "merge_method",
            $"merge_method \"{name}\" is not known.{Suggestion.Phrase(name, MergeMethodNames.All)} It "
            + $"is one of {string.Join(", ", MergeMethodNames.All)}.");
    }

    private RecipeInput Input(YamlValue value, string path, ParametersParser parameters)
    {
        var section = new RecipeSection(_text, value, path, "an entry of \"models\"", InputKeys);
        return new RecipeInput(RequiredModel(section), parameters.Parse(section, isShared: false));
    }

    private RecipeSlice Slice(YamlValue value, string path, ParametersParser parameters)
    {
        var section = new RecipeSection(_text, value, path, "an entry of \"slices\"", SliceKeys, ForeignKeys.Explain);
        return new RecipeSlice(
            [.. section.Items("sources").Select(item => Source(item.Value, item.Path, parameters))],
            parameters.Parse(section, isShared: true))
        {
            BaseModel = Model(section, "base_model"),
        };
    }

    private RecipeSource Source(YamlValue value, string path, ParametersParser parameters)
    {
        var section = new RecipeSection(_text, value, path, "an entry of \"sources\"", SourceKeys);
        var model = RequiredModel(section);
        return section.Find("layer_range") switch
        {
            YamlList { Items: [YamlScalar first, YamlScalar end] } =>
                new RecipeSource(model, Layer(section, first), Layer(section, end), parameters.Parse(section, isShared: false)),
            null => throw section.Error(
                "layer_range", $"\"layer_range\" of {model} is missing. Give the first layer and the layer after the last, as in [0, 4]."),
            _ => throw section.Error(
                "layer_range",
                "\"layer_range\" must be a list of two whole numbers, the first layer and the layer after the last, as in [0, 4]."),
        };
    }

    private static int Layer(RecipeSection section, YamlScalar value) =>
        int.TryParse(value.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var layer)
            ? layer
            : throw section.Error("layer_range", $"\"layer_range\" has \"{value.Text}\" where a whole number belongs.");

    private string RequiredModel(RecipeSection section) =>
        Model(section, "model") ?? throw section.Error("model", "\"model\" is missing. Give the model's directory.");

    private string? Model(RecipeSection section, string key) =>
        section.Find(key) is { } value ? ModelNameParser.Parse(_text, value, section.PathOf(key)) : null;

    private static DType? Type(RecipeSection section, string key)
    {
        if (section.Word(key) is not { } name)
        {
            return null;
        }

        return TypeNames.Parse(name) ?? throw section.Error(
            key,
            $"{key} \"{name}\" is not a float type.{Suggestion.Phrase(name, TypeNames.All)} It is one of float32, "
            + "float16, bfloat16, float64.");
    }

    private RecipeDialect Dialect(RecipeSection section)
    {
        if (dialect is { } asked)
        {
            return asked;
        }

        return section.Word("dialect") is not { } name
            ? RecipeDialect.MergeKit
            : DialectNames.Parse(name) ?? throw section.Error(
                "dialect",
                $"dialect \"{name}\" is not known.{Suggestion.Phrase(name, DialectNames.All)} It is one "
                + $"of {string.Join(", ", DialectNames.All)}.");
    }

    private static MissingTensorRule MissingTensors(RecipeSection section) => section.Word("missing_tensors") switch
    {
        null or "refuse" => MissingTensorRule.Refuse,
        "skip" => MissingTensorRule.Skip,
        var other => throw section.Error(
            "missing_tensors",
            $"missing_tensors \"{other}\" is neither \"refuse\" nor \"skip\" (merge such a tensor from the models that have it)."
            + Suggestion.Phrase(other, ["refuse", "skip"])),
    };

    private static ulong Seed(RecipeSection section)
    {
        if (section.Word("seed") is not { } text)
        {
            return 0;
        }

        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
            ? seed
            : throw section.Error("seed", $"seed \"{text}\" must be a whole number from 0 to {ulong.MaxValue}.");
    }
}
