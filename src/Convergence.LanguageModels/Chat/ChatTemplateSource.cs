using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Foundation.Files;
using Convergence.Tensors.Models;

namespace Convergence.LanguageModels.Chat;

/// <summary>A chat template as its file has it: Jinja that writes a conversation for the model.</summary>
/// <param name="Place">The file it stands in.</param>
/// <param name="Text">The template.</param>
/// <param name="SpecialTokens">The texts of special tokens that a template may name, for example <c>bos_token</c>.</param>
public sealed record ChatTemplateSource(string Place, string Text, IReadOnlyDictionary<string, string> SpecialTokens)
{
    private const int MaxByteCount = 4 << 20;
    private const string TemplateKey = "chat_template";
    private const string ConfigName = "tokenizer_config.json";

    /// <summary>
    /// The template of a model: <c>chat_template.jinja</c>, or else <c>chat_template</c> in <c>chat_template.json</c> or
    /// <c>tokenizer_config.json</c>, of several the one called <c>default</c>; <see langword="null"/> where there is none.
    /// </summary>
    /// <exception cref="ConvergenceException">A file is unreadable, too large or not valid JSON.</exception>
    public static ChatTemplateSource? Find(ModelDirectory directory)
    {
        ArgumentNullException.ThrowIfNull(directory);
        var config = ReadJson(directory, ConfigName);
        var tokens = SpecialTokensOf(config);
        if (directory.FindFile("chat_template.jinja") is { } path)
        {
            return new ChatTemplateSource(path, Encoding.UTF8.GetString(CappedFile.ReadAllBytes(path, MaxByteCount)), tokens);
        }

        foreach (var (name, content) in new[] { ("chat_template.json", ReadJson(directory, "chat_template.json")), (ConfigName, config) })
        {
            if (TemplateOf(content[TemplateKey]) is { } template)
            {
                return new ChatTemplateSource(Path.Combine(directory.Path, name), template, tokens);
            }
        }

        return null;
    }

    private static string? TemplateOf(JsonNode? node) => node switch
    {
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        JsonArray several => several.OfType<JsonObject>()
            .Where(entry => TextOf(entry["name"]) == "default")
            .Select(entry => TextOf(entry["template"]))
            .FirstOrDefault(),
        _ => null,
    };

    // A token is its text, or an object with its text as content.
    private static Dictionary<string, string> SpecialTokensOf(JsonObject config)
    {
        var tokens = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in config)
        {
            if (key.EndsWith("_token", StringComparison.Ordinal)
                && (TextOf(value) ?? TextOf((value as JsonObject)?["content"])) is { } text)
            {
                tokens[key] = text;
            }
        }

        return tokens;
    }

    private static string? TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static JsonObject ReadJson(ModelDirectory directory, string name)
    {
        if (directory.FindFile(name) is not { } path)
        {
            return [];
        }

        try
        {
            return JsonNode.Parse(CappedFile.ReadAllBytes(path, MaxByteCount), nodeOptions: null,
                new JsonDocumentOptions { MaxDepth = 64 }) as JsonObject ?? [];
        }
        catch (JsonException exception)
        {
            throw new LanguageModelException($"{path}: is not valid JSON: {exception.Message} Download it again or delete it.", exception);
        }
    }
}
