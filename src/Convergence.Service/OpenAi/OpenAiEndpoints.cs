using System.Globalization;
using System.Text.Json.Nodes;
using Convergence.Service.Serving;
using Convergence.Tensors.Randomness;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Convergence.Service.OpenAi;

/// <summary>The part of OpenAI's API that models with text in and text out can answer.</summary>
/// <param name="catalog">The models.</param>
/// <param name="loop">What generates.</param>
/// <param name="seed">What requests without a seed follow from, together with their number.</param>
/// <param name="bodyTimeout">How long a body may take to arrive.</param>
/// <param name="time">The clock.</param>
internal sealed class OpenAiEndpoints(ModelCatalog catalog, GenerationLoop loop, ulong seed, TimeSpan bodyTimeout, TimeProvider time)
{
    private delegate ApiRequest Reader(RequestObject request, ModelCatalog catalog, ulong freshSeed);

    private readonly long _start = time.GetUtcNow().ToUnixTimeMilliseconds();
    private int _count;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/chat/completions", context => AnswerAsync(context, ChatRequest.Read));
        routes.MapPost("/v1/completions", context => AnswerAsync(context, CompletionRequest.Read));
        routes.MapGet("/v1/models", ListModelsAsync);
        routes.MapGet("/v1/models/{**name}", ShowModelAsync);
    }

    private async Task AnswerAsync(HttpContext context, Reader reader)
    {
        ApiRequest request;
        var number = Interlocked.Increment(ref _count);
        using (var body = await RequestBody.ReadAsync(context, bodyTimeout))
        {
            request = reader(new RequestObject(body.RootElement), catalog, FreshSeed(number));
        }

        // Whatever ends this request also ends the generation for it.
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        try
        {
            var settings = request.Settings;
            var call = new GenerationCall(
                request.Model, request.Prompts, settings.AnswersEach, settings.Options, settings.StopTexts, ending.Token);
            if (!loop.TryStart(call))
            {
                throw OpenAiException.Overloaded();
            }

            var id = string.Create(CultureInfo.InvariantCulture, $"{_start:x}-{number}");
            var writer = new AnswerWriter(request, call, id, time.GetUtcNow());
            await (settings.Streams ? writer.WriteStreamAsync(context) : writer.WriteWholeAsync(context));
        }
        finally
        {
            await ending.CancelAsync();
        }
    }

    private ulong FreshSeed(int number)
    {
        var words = Philox.Block(new PhiloxWords((uint)number, 0, 0, 0), seed);
        return ((ulong)words.X0 << 32) | words.X1;
    }

    private Task ListModelsAsync(HttpContext context) => JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, new JsonObject
    {
        ["object"] = "list",
        ["data"] = new JsonArray([.. catalog.Models.Select(Describe)]),
    });

    private Task ShowModelAsync(HttpContext context)
    {
        var name = (string?)context.Request.RouteValues["name"] ?? "";
        return JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, Describe(ApiRequest.Find(catalog, name)));
    }

    private static JsonObject Describe(ServedModel model) => new()
    {
        ["id"] = model.Name,
        ["object"] = "model",
        ["created"] = model.Created.ToUnixTimeSeconds(),
        ["owned_by"] = "convergence",

        // Not OpenAI's, but what other servers of local models say.
        ["max_model_len"] = model.ContextLength,
    };
}
