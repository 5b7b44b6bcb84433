using System.Text;
using System.Text.Json.Nodes;
using Convergence.Foundation.Files;
using Convergence.Foundation.Json;
using Convergence.Foundation.Text;

namespace Convergence.Merging;

/// <summary>What a recipe's <c>chat_template</c> stands for.</summary>
internal static class ChatTemplates
{
    private const int MaxByteCount = 1 << 20;
    private const string Automatic = "auto";

    // Line breaks stand in strings, since readers differ in how they treat those of the template itself.
    private static readonly Dictionary<string, string> Known = new(StringComparer.Ordinal)
    {
        ["chatml"] =
            "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}{% endfor %}"
            + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}",
        ["llama3"] =
            "{{ bos_token }}{% for message in messages %}"
            + "{{ '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n' + message['content'] "
            + "| trim + '<|eot_id|>' }}{% endfor %}"
            + "{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}{% endif %}",
        ["alpaca"] =
            "{% for message in messages %}{% if message['role'] == 'system' %}{{ message['content'] + '\\n\\n' }}"
            + "{% elif message['role'] == 'user' %}{{ '### Instruction:\\n' + message['content'] + '\\n\\n' }}"
            + "{% elif message['role'] == 'assistant' %}{{ '### Response:\\n' + message['content'] + "
            + "eos_token + '\\n\\n' }}{% endif %}{% endfor %}"
            + "{% if add_generation_prompt %}{{ '### Response:\\n' }}{% endif %}",
        ["exaone"] =
            "{% for message in messages %}{{ '[|' + message['role'] + '|]' + message['content'] }}"
            + "{% if message['role'] == 'user' %}{{ '\\n' }}{% else %}{{ '[|endofturn|]\\n' }}{% endif %}{% endfor %}"
            + "{% if add_generation_prompt %}{{ '[|assistant|]' }}{% endif %}",
    };

    /// <summary>The template itself; <see langword="null"/> when the output keeps its tokenizer's.</summary>
    /// <exception cref="RecipeException">It is neither a template, nor a known name, nor a file.</exception>
    public static string? Resolve(MergeRecipe recipe, ParentModels parents)
    {
        if (recipe.ChatTemplate is not { } given)
        {
            return null;
        }

        if (given == Automatic)
        {
            return MostCommon(recipe.ReferencedModels().Select(parents.Get));
        }

        if (Known.TryGetValue(given, out var template) || given.Contains('{', StringComparison.Ordinal))
        {
            return template ?? given;
        }

        var path = Path.GetFullPath(Path.Combine(parents.RootDirectory, given));
        return File.Exists(path)
            ? Encoding.UTF8.GetString(CappedFile.ReadAllBytes(path, MaxByteCount))
            : throw new RecipeException(
                $"chat_template \"{given}\" is no template, no known name and no file.{Suggestion.Phrase(given, Known.Keys)} "
                + $"Give auto, one of {string.Join(", ", Known.Keys)}, a Jinja template, or a file that holds one.")
            { KeyPath = "chat_template" };
    }

    // Among equally many the first model's.
    private static string? MostCommon(IEnumerable<ParentModel> models) =>
        models.Select(Of).OfType<string>().GroupBy(template => template, StringComparer.Ordinal).MaxBy(group => group.Count())?.Key;

    private static string? Of(ParentModel model)
    {
        try
        {
            if (model.Directory?.FindFile("chat_template.jinja") is { } file)
            {
                return Encoding.UTF8.GetString(CappedFile.ReadAllBytes(file, MaxByteCount)).Trim();
            }

            return model.Directory?.FindFile("tokenizer_config.json") is { } config
                ? Default(JsonFile.TryReadObject(config, 64 * MaxByteCount)?["chat_template"])?.Trim()
                : null;
        }
        catch (ConvergenceException)
        {
            // A file that cannot be read votes for nothing.
            return null;
        }
    }

    // Several templates are a list of names and templates, or a map.
    private static string? Default(JsonNode? value) => value switch
    {
        JsonValue text when text.TryGetValue<string>(out var template) => template,
        JsonArray list => Default(
            list.OfType<JsonObject>().FirstOrDefault(entry => (string?)(entry["name"] as JsonValue) == "default")?["template"]),
        JsonObject map => Default(map["default"]),
        _ => null,
    };
}
