using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Convergence.Testing.Providers.Endpoints;

/// <summary>OpenAI's chat completions, Responses and embeddings, Groq's and Azure's chat completions.</summary>
internal static class OpenAiEndpoints
{
    private static readonly string[] ChatParameters =
    [
        "model", "messages", "temperature", "top_p", "max_tokens", "max_completion_tokens", "n", "stop", "seed", "presence_penalty",
        "frequency_penalty", "logit_bias", "logprobs", "top_logprobs", "response_format", "reasoning_effort", "stream", "user", "tools",
        "tool_choice", "service_tier", "store", "metadata",
    ];

    private static readonly string[] ResponsesParameters =
    [
        "model", "input", "instructions", "temperature", "top_p", "max_output_tokens", "reasoning", "text", "tools", "tool_choice",
        "truncation", "store", "metadata", "stream", "user",
    ];

    private static readonly string[] RefusedByReasoning = ["top_p", "presence_penalty", "frequency_penalty", "logprobs"];

    public static async Task<JsonObject> ChatAsync(HttpContext context)
    {
        Credentials.RequireBearer(context);
        var body = (await RequestBody.ReadAsync(context, Error)).Allow("Unrecognized request argument supplied: NAME", ChatParameters);
        return Chat(body, body.Text("model"));
    }

    public static async Task<JsonObject> GroqAsync(HttpContext context)
    {
        Credentials.RequireBearer(context);
        var body = (await RequestBody.ReadAsync(context, Error)).Allow("property 'NAME' is unsupported", ChatParameters);
        foreach (var name in (string[])["logprobs", "logit_bias", "top_logprobs"])
        {
            if (body.Has(name))
            {
                throw Error($"property '{name}' is unsupported", null, null);
            }
        }

        var answer = Chat(body, body.Text("model"));
        answer["x_groq"] = new JsonObject { ["id"] = "req_loopback" };
        answer["usage"]!["total_time"] = .05;
        return answer;
    }

    public static async Task<JsonObject> AzureAsync(HttpContext context, string deployment)
    {
        Credentials.RequireHeader(context, "api-key", () => new WireError(401, new JsonObject
        {
            ["error"] = new JsonObject { ["code"] = "401", ["message"] = "Access denied due to invalid subscription key." },
        }));
        if (string.IsNullOrEmpty(context.Request.Query["api-version"]))
        {
            throw new WireError(404, new JsonObject
            {
                ["error"] = new JsonObject { ["code"] = "404", ["message"] = "Resource not found" },
            });
        }

        var body = (await RequestBody.ReadAsync(context, Error)).Allow("Unrecognized request argument supplied: NAME", ChatParameters);
        return Chat(body, deployment);
    }

    public static async Task<JsonObject> ResponsesAsync(HttpContext context)
    {
        Credentials.RequireBearer(context);
        var body = (await RequestBody.ReadAsync(context, Error)).Allow("Unknown parameter: 'NAME'.", ResponsesParameters);
        var model = body.Text("model");
        RefuseSampling(body, model);
        var input = body["input"] is JsonArray { Count: > 0 } list ? list[^1]!["content"]!.ToString() : body.Text("input");
        var answer = AnswerModel.Answer(
            model, input, body.Number("temperature", 1, 0, 2), body.Number("max_output_tokens", 1000, 16, 1_000_000));
        return new JsonObject
        {
            ["id"] = "resp_loopback",
            ["object"] = "response",
            ["status"] = answer.IsCut ? "incomplete" : "completed",
            ["model"] = model,
            ["output"] = new JsonArray(new JsonObject
            {
                ["type"] = "message",
                ["role"] = "assistant",
                ["content"] = new JsonArray(new JsonObject
                {
                    ["type"] = "output_text",
                    ["text"] = answer.Text,
                    ["annotations"] = new JsonArray(),
                }),
            }),
            ["usage"] = new JsonObject
            {
                ["input_tokens"] = answer.Input,
                ["output_tokens"] = answer.Output,
                ["total_tokens"] = answer.Total,
            },
        };
    }

    public static async Task<JsonObject> EmbeddingsAsync(HttpContext context)
    {
        Credentials.RequireBearer(context);
        var body = (await RequestBody.ReadAsync(context, Error)).Allow(
            "Unrecognized request argument supplied: NAME", "model", "input", "dimensions", "encoding_format", "user");
        var texts = body["input"] is JsonArray list ? list.Select(item => (string)item!).ToList() : [body.Text("input")];
        var tokens = texts.Sum(text => text.Length) / 4;
        return new JsonObject
        {
            ["object"] = "list",
            ["model"] = body.Text("model"),
            ["data"] = new JsonArray([.. texts.Select((text, index) => new JsonObject
            {
                ["object"] = "embedding",
                ["index"] = index,
                ["embedding"] = AnswerModel.Embed(text),
            })]),
            ["usage"] = new JsonObject { ["prompt_tokens"] = tokens, ["total_tokens"] = tokens },
        };
    }

    private static JsonObject Chat(RequestBody body, string model)
    {
        RefuseSampling(body, model);
        var limit = body.Number(body.Has("max_completion_tokens") ? "max_completion_tokens" : "max_tokens", 1000, 1, 1_000_000);
        body.Number("top_p", 1, 0, 1);
        var answer = AnswerModel.Answer(model, body.LastMessage(), body.Number("temperature", 1, 0, 2), limit);
        return new JsonObject
        {
            ["id"] = "chatcmpl-loopback",
            ["object"] = "chat.completion",
            ["created"] = 1_700_000_000,
            ["model"] = model,
            ["choices"] = new JsonArray(new JsonObject
            {
                ["index"] = 0,
                ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = answer.Text },
                ["finish_reason"] = answer.IsCut ? "length" : "stop",
            }),
            ["usage"] = new JsonObject
            {
                ["prompt_tokens"] = answer.Input,
                ["completion_tokens"] = answer.Output,
                ["total_tokens"] = answer.Total,
            },
        };
    }

    // "thinker" refuses as reasoning models do, and no client knows it by name.
    private static void RefuseSampling(RequestBody body, string model)
    {
        if (!model.StartsWith('o') && !model.Contains("thinker", StringComparison.Ordinal))
        {
            return;
        }

        if (body.Has("max_tokens"))
        {
            throw Error(
                "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
                "max_tokens", "unsupported_parameter");
        }

        if (body.Has("temperature") && body.Number("temperature", 1, 0, 2) != 1)
        {
            throw Error(
                "Unsupported value: 'temperature' does not support this value with this model. Only the default (1) value is supported.",
                "temperature", "unsupported_value");
        }

        foreach (var name in RefusedByReasoning.Where(body.Has))
        {
            throw Error($"Unsupported parameter: '{name}' is not supported with this model.", name, "unsupported_parameter");
        }
    }

    private static WireError Error(string message, string? parameter, string? code) => WireError.OpenAi(400, message, parameter, code);
}
