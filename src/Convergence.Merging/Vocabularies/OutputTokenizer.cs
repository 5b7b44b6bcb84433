using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Foundation.Json;

namespace Convergence.Merging;

/// <summary>The tokenizer files of a merge's output: those of one model, with what the output's vocabulary changes in them.</summary>
internal sealed class OutputTokenizer
{
    private const string ConfigName = "tokenizer_config.json";
    private const string AddedName = "added_tokens.json";
    private const string SpecialsName = "special_tokens_map.json";
    private const int MaxByteCount = 64 << 20;

    // Other forms of the vocabulary, which the output's tokenizer.json replaces when words are cut differently.
    private static readonly string[] OtherForms =
        ["vocab.json", "merges.txt", "tokenizer.model", "vocab.txt", "spiece.model", "sentencepiece.bpe.model", "tekken.json"];
    private static readonly string[] TemplateFiles = ["chat_template.jinja", "chat_template.json"];

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly TokenizerBuilder? _builder;

    /// <param name="source">The model whose files are the start.</param>
    /// <param name="builder">What is changed in them; <see langword="null"/> for nothing.</param>
    public OutputTokenizer(ParentModel source, TokenizerBuilder? builder)
    {
        Source = source;
        _builder = builder;
    }

    /// <summary>The model whose files are copied where they are not written.</summary>
    public ParentModel Source { get; }

    /// <summary>The output's chat template; <see langword="null"/> to leave the model's.</summary>
    public string? ChatTemplate { get; private init; }

    public OutputTokenizer With(string? chatTemplate) => new(Source, _builder) { ChatTemplate = chatTemplate };

    /// <summary>Moves the ids of special tokens in a configuration of the donor, where the output's tokenizer gives them others.</summary>
    public void MapSpecialIds(JsonObject config, ParentModel donor)
    {
        if (!MovesIds(donor))
        {
            return;
        }

        if (donor.Name == Source.Name)
        {
            MapOwnIds(config);
            return;
        }

        var fallback = (JsonObject)Source.Config.DeepClone();
        MapOwnIds(fallback);
        new SpecialIds(TokenizerDocument.Of(donor)?.Ids ?? _builder!.Ids, _builder!.Ids, fallback).Map(config);
    }

    /// <summary>The donor's <c>generation_config.json</c> for the output; <see langword="null"/> when it stays as it is.</summary>
    public string? GenerationConfig(string path, ParentModel donor)
    {
        if (!MovesIds(donor))
        {
            return null;
        }

        var config = Read(path);
        MapSpecialIds(config, donor);
        return Text(config);
    }

    /// <summary>The files that are written; <see langword="null"/> for one of the model's that is left out.</summary>
    public Dictionary<string, string?> Files()
    {
        var files = new Dictionary<string, string?>(StringComparer.Ordinal);
        if (_builder is { IsChanged: true })
        {
            files[TokenizerDocument.FileName] = Text(_builder.Build());
            foreach (var name in _builder.CutsDifferently ? OtherForms : [])
            {
                files[name] = null;
            }

            if (Source.Directory?.FindFile(AddedName) is { } added)
            {
                files[AddedName] = Text(AddedTokens(Read(added)));
            }
        }

        if (_builder is not null && _builder.Gone.Any() && Source.Directory?.FindFile(SpecialsName) is { } specials)
        {
            var map = Read(specials);
            RemoveGone(map);
            files[SpecialsName] = Text(map);
        }

        foreach (var name in ChatTemplate is null ? [] : TemplateFiles)
        {
            files[name] = null;
        }

        if (ChatTemplate is not null || _builder is { IsChanged: true })
        {
            files[ConfigName] = Text(Config(Source.Directory?.FindFile(ConfigName) is { } path ? Read(path) : []));
        }

        return files;
    }

    // A tokenizer keeps the ids of its own model, but for tokens that were taken away.
    private bool MovesIds(ParentModel donor) => _builder is not null && (donor.Name != Source.Name || _builder.Removed.Count > 0);

    private void MapOwnIds(JsonObject config)
    {
        if (_builder!.Removed.Count > 0)
        {
            new SpecialIds(_builder.LayoutIds, _builder.Ids, fallback: []).Map(config);
        }
    }

    // A loader would add a special token again that is named here, under an id without a row.
    private void RemoveGone(JsonObject config)
    {
        var gone = _builder!.Gone.ToHashSet(StringComparer.Ordinal);
        foreach (var (key, value) in config.ToList())
        {
            if (key.EndsWith("_token", StringComparison.Ordinal) && IsGone(value))
            {
                config.Remove(key);
            }
            else if (key.EndsWith("_special_tokens", StringComparison.Ordinal))
            {
                (value as JsonArray)?.RemoveAll(IsGone);
            }
        }

        bool IsGone(JsonNode? token) => ((token as JsonObject)?["content"] ?? token) is JsonValue text && gone.Contains(text.ToString());
    }

    private JsonObject AddedTokens(JsonObject ids)
    {
        foreach (var token in _builder!.Removed)
        {
            ids.Remove(token);
        }

        foreach (var token in _builder.NewAdded.Keys)
        {
            ids[token] = _builder.Ids[token];
        }

        return ids;
    }

    private JsonObject Config(JsonObject config)
    {
        if (_builder is not null && config["added_tokens_decoder"] is JsonObject decoder)
        {
            var removed = decoder
                .Where(pair => pair.Value?["content"] is JsonValue content && _builder.Removed.Contains(content.ToString()))
                .Select(pair => pair.Key)
                .ToList();
            foreach (var id in removed)
            {
                decoder.Remove(id);
            }

            foreach (var (token, entry) in _builder.NewAdded)
            {
                var described = (JsonObject)entry.DeepClone();
                described.Remove("id");
                decoder[FormattableString.Invariant($"{_builder.Ids[token]}")] = described;
            }
        }

        if (_builder is not null)
        {
            RemoveGone(config);
        }

        if (ChatTemplate is not null)
        {
            config["chat_template"] = ChatTemplate;
        }

        return config;
    }

    private static JsonObject Read(string path) => JsonFile.ReadObject(
        path, MaxByteCount, (problem, cause) => new MergeException($"{path}: {problem} Download it again.", cause));

    private static string Text(JsonObject json) => json.ToJsonString(Indented) + "\n";
}
