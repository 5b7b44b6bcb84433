using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Tensors.Files;

namespace Convergence.Merging.Diagnosis;

/// <summary>Whether the models bring a tokenizer, and agree on special tokens and on how a chat is written down.</summary>
internal static class TokenizerChecks
{
    private const int MaxByteCount = 16 << 20;

    private static readonly string[] SpecialTokens = ["bos_token", "eos_token", "pad_token", "unk_token"];
    private static readonly string[] SpecialIds = ["bos_token_id", "eos_token_id", "pad_token_id"];

    public static IEnumerable<Finding> Of(Examination examination)
    {
        var onDisk = examination.Models.Where(model => model.Directory is not null).ToList();
        if (onDisk.Count == 0)
        {
            return [];
        }

        var findings = new List<Finding>();
        var without = onDisk.Where(model => model.Directory!.FindFile("tokenizer.json") is null).Select(model => model.Name).ToList();
        if (without.Count > 0)
        {
            findings.Add(new Finding(
                FindingTopic.Tokenizer, FindingLevel.Note, $"{Examination.Some(without)} {(without.Count == 1 ? "brings" : "bring")} no tokenizer.json; that the tokens agree is taken on trust."));
        }

        foreach (var key in SpecialTokens)
        {
            AddDifference(findings, onDisk, key, model => TextOf(ReadTokenizerConfig(model)?[key]));
        }

        foreach (var key in SpecialIds)
        {
            AddDifference(findings, onDisk, key, model => model.Config[key]?.ToJsonString());
        }

        AddTemplates(findings, onDisk);
        if (findings.Count == 0)
        {
            findings.Add(new Finding(
                FindingTopic.Tokenizer, FindingLevel.Ok, onDisk.Count > 1 ? "Special tokens and chat templates agree." : "tokenizer.json is there."));
        }

        return findings;
    }

    private static void AddDifference(List<Finding> findings, List<ParentModel> models, string key, Func<ParentModel, string?> valueOf)
    {
        var values = models.GroupBy(model => valueOf(model) ?? "none").ToList();
        if (values.Count > 1)
        {
            findings.Add(new Finding(
                FindingTopic.Tokenizer, FindingLevel.Warning,
                $"The models differ in {key}: {string.Join("; ", values.Select(value => $"{value.Key} ({string.Join(", ", value.Select(model => model.Name))})"))}.",
                "The merged model takes the base's, or the first model's. Check that it is the one your prompts use."));
        }
    }

    private static void AddTemplates(List<Finding> findings, List<ParentModel> models)
    {
        var templates = models.GroupBy(TemplateOf).ToList();
        if (templates.Count > 1)
        {
            var groups = templates.Select((template, index) => (template.Key is null ? "none" : FormattableString.Invariant($"template {index + 1}")) + $" ({string.Join(", ", template.Select(model => model.Name))})");
            findings.Add(new Finding(
                FindingTopic.Tokenizer, FindingLevel.Warning, $"The models use different chat templates: {string.Join("; ", groups)}.",
                "The merged model takes the base's, or the first model's; a specialist trained on another one answers worse to it. Merge models of one template, or test the result with each."));
        }
    }

    // A template of its own file goes before that of the configuration, as in transformers.
    private static string? TemplateOf(ParentModel model) =>
        model.Directory!.FindFile("chat_template.jinja") is { } file
            ? System.Text.Encoding.UTF8.GetString(CappedFile.ReadAllBytes(file, MaxByteCount))
            : ReadTokenizerConfig(model)?["chat_template"]?.ToJsonString();

    private static string? TextOf(JsonNode? token) => token switch
    {
        JsonObject entry => entry["content"]?.ToJsonString(),
        null => null,
        _ => token.ToJsonString(),
    };

    // A file that is no JSON object says nothing here; whoever loads the tokenizer complains about it.
    private static JsonObject? ReadTokenizerConfig(ParentModel model)
    {
        if (model.Directory!.FindFile("tokenizer_config.json") is not { } file)
        {
            return null;
        }

        try
        {
            return JsonNode.Parse(CappedFile.ReadAllBytes(file, MaxByteCount), null, new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
