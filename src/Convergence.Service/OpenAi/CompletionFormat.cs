using System.Text.Json.Nodes;
using Convergence.Service.Serving;

namespace Convergence.Service.OpenAi;

/// <summary>The answers of <c>/v1/completions</c>.</summary>
internal sealed class CompletionFormat(TokenNames names, bool hasLogProbabilities) : IAnswerFormat
{
    // Where each text's next token begins, in UTF-16 units of the tokens' names.
    private readonly Dictionary<int, int> _offsets = [];

    public string IdPrefix => "cmpl-";

    public string AnswerObject => "text_completion";

    public string ChunkObject => "text_completion";

    public JsonObject Choice(GenerationPiece whole) => Chunk(whole);

    public JsonObject? Opening(int text) => null;

    public JsonObject Chunk(GenerationPiece piece) => new()
    {
        ["text"] = piece.Added,
        ["index"] = piece.Text,
        ["logprobs"] = LogProbabilities(piece),
        ["finish_reason"] = AnswerValues.NameOf(piece.Reason),
    };

    private JsonObject? LogProbabilities(GenerationPiece piece)
    {
        if (!hasLogProbabilities)
        {
            return null;
        }

        var (tokens, chosen, top, offsets) = (new JsonArray(), new JsonArray(), new JsonArray(), new JsonArray());
        var offset = _offsets.GetValueOrDefault(piece.Text);
        foreach (var (token, likeliness) in piece.Tokens)
        {
            var name = names.NameOf(token);
            tokens.Add(name);
            chosen.Add(AnswerValues.Finite(likeliness.Chosen));
            offsets.Add(offset);
            offset += name.Length;

            // Several tokens may have one name, such as pieces of characters; the likeliest is kept.
            var likeliest = new JsonObject();
            foreach (var other in likeliness.Top)
            {
                likeliest.TryAdd(names.NameOf(other.Token), AnswerValues.Finite(other.LogProbability));
            }

            top.Add(likeliest);
        }

        _offsets[piece.Text] = offset;
        return new JsonObject { ["tokens"] = tokens, ["token_logprobs"] = chosen, ["top_logprobs"] = top, ["text_offset"] = offsets };
    }
}
