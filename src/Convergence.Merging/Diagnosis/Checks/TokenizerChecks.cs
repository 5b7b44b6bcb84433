using System.Text.Json.Nodes;
using Convergence.Foundation.Files;
using Convergence.Foundation.Json;

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
        var without = onDisk.Where(model => model.Directory!.FindFile("tokenizer.json") is null).Select(examination.NameOf).ToList();
        if (without.Count > 0)
        {
            findings.Add(new Finding(
                FindingTopic.Tokenizer,
                FindingLevel.Note,
                $"{Examination.Some(without)} {(without.Count == 1 ? "brings" : "bring")} no tokenizer.json; "
                + "that the tokens agree is taken on trust."));
        }

        findings.AddRange(onDisk.Select(model => model.TokenizerDamage)
            .OfType<string>()
            .Select(damage => new Finding(FindingTopic.Tokenizer, FindingLevel.Blocks, damage)));
        AddDifferences(findings, examination, onDisk);
        AddTemplates(findings, examination, onDisk);
        if (findings.Count == 0)
        {
            findings.Add(new Finding(
                FindingTopic.Tokenizer,
                FindingLevel.Ok,
                onDisk.Count > 1 ? "Special tokens and chat templates agree." : "tokenizer.json is there."));
        }

        return findings;
    }

    // A model without a tokenizer_config.json says nothing about its special tokens.
    private static void AddDifferences(List<Finding> findings, Examination examination, List<ParentModel> models)
    {
        var configured = models.Where(model => ReadTokenizerConfig(model) is not null).ToList();
        var differences =
            SpecialTokens.Select(key => Difference(examination, configured, key, model => TextOf(ReadTokenizerConfig(model)?[key])))
                .Concat(SpecialIds.Select(key => Difference(examination, models, key, model => model.Setting(key)?.ToJsonString())))
                .OfType<string>().ToList();
        if (differences.Count > 0)
        {
            findings.Add(new Finding(
                FindingTopic.Tokenizer, FindingLevel.Warning, $"The models differ in special tokens: {string.Join("; ", differences)}.",
                "The merged model takes the base's, or the first model's. Check that they are the ones your prompts use."));
        }
    }

    private static string? Difference(Examination examination, List<ParentModel> models, string key, Func<ParentModel, string?> valueOf)
    {
        var values = models.GroupBy(model => valueOf(model) ?? "none").ToList();
        return values.Count > 1
            ? $"{key} {string.Join(", ", values.Select(value => $"{value.Key} ({examination.NamesOf(value)})"))}"
            : null;
    }

    private static void AddTemplates(List<Finding> findings, Examination examination, List<ParentModel> models)
    {
        var templates = models.GroupBy(TemplateOf).ToList();
        if (templates.Count > 1)
        {
            var groups = templates.Select(
                (template, index) => (template.Key is null ? "none" : FormattableString.Invariant($"template {index + 1}"))
                    + $" ({examination.NamesOf(template)})");
            findings.Add(new Finding(
                FindingTopic.Tokenizer, FindingLevel.Warning, $"The models use different chat templates: {string.Join("; ", groups)}.",
                "The merged model takes the base's, or the first model's; a specialist trained on another one answers worse to it. "
                + "Merge models of one template, or test the result with each."));
        }
    }

    // A template of its own file goes before that of the configuration, as in transformers.
    private static string? TemplateOf(ParentModel model) =>
        model.Directory!.FindFile("chat_template.jinja") is { } file
            ? System.Text.Encoding.UTF8.GetString(CappedFile.ReadAllBytes(file, MaxByteCount))
            : ReadTokenizerConfig(model)?["chat_template"]?.ToJsonString();

    private static string? TextOf(JsonNode? token) => token switch
    {
        JsonObject entry => TextOf(entry["content"]),
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        _ => null,
    };

    // A file that is no JSON object says nothing here; whoever loads the tokenizer complains about it.
    private static JsonObject? ReadTokenizerConfig(ParentModel model) =>
        model.Directory!.FindFile("tokenizer_config.json") is { } file ? JsonFile.TryReadObject(file, MaxByteCount) : null;
}
