using Convergence.Foundation.Yaml;

namespace Convergence.Merging;

/// <summary>
/// Reads what stands for a model: a directory (with <c>+ADAPTER</c> for a LoRA adapter), or mergekit's object of
/// <c>model: {path, revision}</c>, <c>lora: {path, revision}</c> and <c>override_architecture</c>, which becomes the same word.
/// </summary>
internal static class ModelNameParser
{
    private static readonly string[] Keys = ["model", "lora", "override_architecture"];
    private static readonly string[] PathKeys = ["path", "revision"];

    public static string Parse(RecipeText text, YamlValue value, string path)
    {
        if (value is YamlScalar scalar)
        {
            return scalar.IsNull || string.IsNullOrWhiteSpace(scalar.Text)
                ? throw text.Error(value, path, "\"model\" is empty. Give the model's directory.")
                : scalar.Text;
        }

        var section = new RecipeSection(text, value, path, "a model given as an object", Keys);
        if (section.Word("override_architecture") is { } architecture)
        {
            throw section.Error(
                "override_architecture",
                $"override_architecture \"{architecture}\" cannot be honoured: "
                + "tensors are merged by their names here, whatever the architecture. Remove the key.");
        }

        var model = section.Find("model") is { } given
            ? Location(text, given, section.PathOf("model"))
            : throw section.Error("model", "\"model\" is missing. Give the model's directory.");
        return section.Find("lora") is { } lora ? $"{model}+{Location(text, lora, section.PathOf("lora"))}" : model;
    }

    private static string Location(RecipeText text, YamlValue value, string path)
    {
        if (value is YamlScalar scalar)
        {
            return scalar.Text;
        }

        var section = new RecipeSection(text, value, path, "a location", PathKeys);
        if (section.Word("revision") is { } revision)
        {
            throw section.Error(
                "revision",
                $"revision \"{revision}\" cannot be honoured: models are local directories, which have none. "
                + "Download that revision and name its directory.");
        }

        return section.Word("path") ?? throw section.Error("path", "\"path\" is missing. Give the directory.");
    }
}
