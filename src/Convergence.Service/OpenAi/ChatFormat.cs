using System.Text.Json.Nodes;
using Convergence.LanguageModels.Generation;
using Convergence.Service.Serving;

namespace Convergence.Service.OpenAi;

/// <summary>The answers of <c>/v1/chat/completions</c>.</summary>
internal sealed class ChatFormat(TokenNames names, bool hasLogProbabilities) : IAnswerFormat
{
    public string IdPrefix => "chatcmpl-";

    public string AnswerObject => "chat.completion";

    public string ChunkObject => "chat.completion.chunk";

    public JsonObject Choice(GenerationPiece whole) => new()
    {
        ["index"] = whole.Text,
        ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = whole.Added, ["refusal"] = null },
        ["logprobs"] = LogProbabilities(whole),
        ["finish_reason"] = AnswerValues.NameOf(whole.Reason),
    };

    public JsonObject Opening(int text) => new()
    {
        ["index"] = text,
        ["delta"] = new JsonObject { ["role"] = "assistant", ["content"] = "" },
        ["logprobs"] = null,
        ["finish_reason"] = null,
    };

    public JsonObject Chunk(GenerationPiece piece) => new()
    {
        ["index"] = piece.Text,
        ["delta"] = piece.Added.Length > 0 ? new JsonObject { ["content"] = piece.Added } : [],
        ["logprobs"] = LogProbabilities(piece),
        ["finish_reason"] = AnswerValues.NameOf(piece.Reason),
    };

    private JsonObject? LogProbabilities(GenerationPiece piece) => !hasLogProbabilities ? null : new JsonObject
    {
        ["content"] = new JsonArray([.. piece.Tokens.Select(entry => TokenEntry(entry.Token, entry.Likeliness))]),
        ["refusal"] = null,
    };

    private JsonObject TokenEntry(int token, TokenLogProbabilities likeliness)
    {
        var entry = Entry(token, likeliness.Chosen);
        entry["top_logprobs"] = new JsonArray([.. likeliness.Top.Select(other => Entry(other.Token, other.LogProbability))]);
        return entry;
    }

    private JsonObject Entry(int token, double logProbability)
    {
        var bytes = names.BytesOf(token);
        return new JsonObject
        {
            ["token"] = names.NameOf(token),
            ["logprob"] = AnswerValues.Finite(logProbability),
            ["bytes"] = new JsonArray([.. bytes.Select(value => JsonValue.Create((int)value))]),
        };
    }
}
