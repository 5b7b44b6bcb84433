using System.Text.Json;

namespace Convergence.LanguageModels.Tokenizers;

/// <summary>A place in a <c>tokenizer.json</c>, with typed access whose errors name the file and the place.</summary>
internal sealed class TokenizerNode(string file, string place, JsonElement element)
{
    /// <summary>No vocabulary comes near; it bounds the table of ids.</summary>
    private const int MaxTokenId = (1 << 24) - 1;

    public JsonElement Element { get; } = element;

    /// <summary>The name of a part's kind; empty where a file leaves it out.</summary>
    public string Type => Element.ValueKind == JsonValueKind.Object ? Text("type", string.Empty) : string.Empty;

    public TokenizerNode Required(string key) => Optional(key) ?? throw Error($"lacks '{key}'", "Download or export it again.");

    /// <summary>A member, or <see langword="null"/> when it is absent or null.</summary>
    public TokenizerNode? Optional(string key)
    {
        if (Element.ValueKind != JsonValueKind.Object)
        {
            throw Error("is not an object", "Download or export it again.");
        }

        return Element.TryGetProperty(key, out var member) && member.ValueKind != JsonValueKind.Null
            ? new TokenizerNode(file, $"{place}.{key}", member)
            : null;
    }

    /// <summary>The items of an array; none when it is absent.</summary>
    public IEnumerable<TokenizerNode> Items(string key)
    {
        if (Optional(key) is not { } array)
        {
            yield break;
        }

        if (array.Element.ValueKind != JsonValueKind.Array)
        {
            throw array.Error("is not an array", "Download or export it again.");
        }

        var index = 0;
        foreach (var item in array.Element.EnumerateArray())
        {
            yield return new TokenizerNode(file, $"{place}.{key}[{index++}]", item);
        }
    }

    public string Text(string key, string? fallback = null) => Optional(key) switch
    {
        null => fallback ?? throw Error($"lacks '{key}'", "Download or export it again."),
        { Element.ValueKind: JsonValueKind.String } node => node.Element.GetString()!,
        var node => throw node.Error("is not a text", "Download or export it again."),
    };

    public bool Flag(string key, bool fallback) => Optional(key) switch
    {
        null => fallback,
        { Element.ValueKind: JsonValueKind.True } => true,
        { Element.ValueKind: JsonValueKind.False } => false,
        var node => throw node.Error("is neither true nor false", "Download or export it again."),
    };

    /// <summary>An integer in [0, 2^24).</summary>
    public int TokenId(string key) => Required(key).TokenId();

    public int TokenId() => Element.ValueKind == JsonValueKind.Number && Element.TryGetInt32(out var id) && id is >= 0 and <= MaxTokenId
        ? id
        : throw Error($"is {Element.GetRawText()}, not an integer from 0 to {MaxTokenId}", "Download or export it again.");

    public LanguageModelException Error(string what, string cure) => new($"{file}: {place} {what}. {cure}");

    /// <summary>A part whose kind is not one of those that are supported.</summary>
    public LanguageModelException Unsupported(string part, string supported) =>
        Error($"is a {part} of type '{Type}', which is not supported", $"Supported: {supported}. Use a model with such a tokenizer.");
}
