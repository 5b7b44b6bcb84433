using System.Text;
using System.Text.Json.Nodes;
using Convergence.LanguageModels.Generation;
using Convergence.Service.Serving;
using Microsoft.AspNetCore.Http;

namespace Convergence.Service.OpenAi;

/// <summary>Sends what a call generates, as one JSON object or as server-sent events.</summary>
/// <param name="request">What was asked.</param>
/// <param name="call">What is generated.</param>
/// <param name="id">What the answer is called, without its prefix.</param>
/// <param name="created">When it was asked for.</param>
internal sealed class AnswerWriter(ApiRequest request, GenerationCall call, string id, DateTimeOffset created)
{
    private static readonly byte[] EndOfEvent = "\n\n"u8.ToArray();
    private static readonly byte[] StartOfEvent = "data: "u8.ToArray();
    private static readonly byte[] EndOfStream = "[DONE]"u8.ToArray();

    private readonly IAnswerFormat _format = request.Format;
    private readonly Dictionary<int, int> _tokenCounts = [];

    /// <summary>Waits for all texts and sends them.</summary>
    public async Task WriteWholeAsync(HttpContext context)
    {
        var texts = call.Texts.ConvertAll(_ => (Text: new StringBuilder(), Tokens: new List<(int, TokenLogProbabilities)>()));
        var choices = new JsonNode?[texts.Count];
        await foreach (var piece in call.ReadPiecesAsync())
        {
            var (text, tokens) = texts[piece.Text];
            text.Append(piece.Added);
            tokens.AddRange(piece.Tokens);
            _tokenCounts[piece.Text] = piece.TokenCount;
            if (piece.Reason is not null)
            {
                choices[piece.Text] = _format.Choice(piece with { Added = text.ToString(), Tokens = tokens });
            }
        }

        var answer = Envelope(_format.AnswerObject, new JsonArray(choices));
        answer["usage"] = Usage();
        await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, answer);
    }

    /// <summary>Sends pieces as they come.</summary>
    public async Task WriteStreamAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-cache";
        try
        {
            foreach (var text in call.Texts)
            {
                if (_format.Opening(text.Stream) is { } opening)
                {
                    await WriteChunkAsync(context, opening);
                }
            }

            await context.Response.Body.FlushAsync(context.RequestAborted);
            await foreach (var piece in call.ReadPiecesAsync())
            {
                _tokenCounts[piece.Text] = piece.TokenCount;
                await WriteChunkAsync(context, _format.Chunk(piece));
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException && context.Response.HasStarted)
        {
            // The status is sent already; an event is all that is left to say it with.
            await WriteEventAsync(context, JsonAnswer.Utf8Of(OpenAiException.Unexpected().ToJson()));
            throw;
        }

        if (request.Settings.IncludesUsage)
        {
            var last = Envelope(_format.ChunkObject, []);
            last["usage"] = Usage();
            await WriteEventAsync(context, JsonAnswer.Utf8Of(last));
        }

        await WriteEventAsync(context, EndOfStream);
    }

    private Task WriteChunkAsync(HttpContext context, JsonObject choice)
    {
        var chunk = Envelope(_format.ChunkObject, [choice]);
        if (request.Settings.IncludesUsage)
        {
            // As OpenAI has it: every chunk has the member, and the last one the numbers.
            chunk["usage"] = null;
        }

        return WriteEventAsync(context, JsonAnswer.Utf8Of(chunk));
    }

    private static async Task WriteEventAsync(HttpContext context, byte[] data)
    {
        await context.Response.Body.WriteAsync(StartOfEvent, context.RequestAborted);
        await context.Response.Body.WriteAsync(data, context.RequestAborted);
        await context.Response.Body.WriteAsync(EndOfEvent, context.RequestAborted);
    }

    private JsonObject Envelope(string kind, JsonArray choices) => new()
    {
        ["id"] = _format.IdPrefix + id,
        ["object"] = kind,
        ["created"] = created.ToUnixTimeSeconds(),
        ["model"] = request.Model.Name,
        ["choices"] = choices,
    };

    private JsonObject Usage()
    {
        var added = _tokenCounts.Values.Sum();
        return new JsonObject
        {
            ["prompt_tokens"] = call.PromptTokenCount,
            ["completion_tokens"] = added,
            ["total_tokens"] = call.PromptTokenCount + added,
        };
    }
}
