using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Convergence.Testing.Providers.Endpoints;

/// <summary>Google's <c>generateContent</c> and Anthropic's Messages.</summary>
internal static class OtherModelEndpoints
{
    private static readonly string[] GenerationConfig =
        ["temperature", "topP", "topK", "maxOutputTokens", "stopSequences", "seed", "candidateCount", "responseMimeType"];

    public static async Task<JsonObject> GeminiAsync(HttpContext context, string model)
    {
        Credentials.RequireHeader(context, "x-goog-api-key", () => Gemini(403, "PERMISSION_DENIED", "API key not valid."));
        var body = (await RequestBody.ReadAsync(context, (message, _, _) => Gemini(400, "INVALID_ARGUMENT", message))).Allow(
            "Invalid JSON payload received. Unknown name \"NAME\": Cannot find field.",
            "contents", "systemInstruction", "generationConfig", "safetySettings", "tools", "toolConfig");
        var options = body["generationConfig"] as JsonObject ?? [];
        foreach (var (name, _) in options)
        {
            if (!GenerationConfig.Contains(name))
            {
                throw Gemini(
                    400, "INVALID_ARGUMENT",
                    $"Invalid JSON payload received. Unknown name \"{name}\" at 'generation_config': Cannot find field.");
            }
        }

        var prompt = (string?)body["contents"]?[0]?["parts"]?[0]?["text"]
            ?? throw Gemini(400, "INVALID_ARGUMENT", "* GenerateContentRequest.contents: contents is not specified");
        var answer = AnswerModel.Answer(model, prompt, (double?)options["temperature"] ?? 1, (double?)options["maxOutputTokens"] ?? 1000);
        return new JsonObject
        {
            ["candidates"] = new JsonArray(new JsonObject
            {
                ["content"] = new JsonObject
                {
                    ["role"] = "model",
                    ["parts"] = new JsonArray(new JsonObject { ["text"] = answer.Text }),
                },
                ["finishReason"] = answer.IsCut ? "MAX_TOKENS" : "STOP",
            }),
            ["usageMetadata"] = new JsonObject
            {
                ["promptTokenCount"] = answer.Input,
                ["candidatesTokenCount"] = answer.Output,
                ["totalTokenCount"] = answer.Total,
            },
            ["modelVersion"] = model,
        };
    }

    public static async Task<JsonObject> AnthropicAsync(HttpContext context)
    {
        Credentials.RequireHeader(context, "x-api-key", () => Anthropic(401, "authentication_error", "invalid x-api-key"));
        if (string.IsNullOrEmpty(context.Request.Headers["anthropic-version"]))
        {
            throw Anthropic(400, "invalid_request_error", "anthropic-version: header is required");
        }

        var body = (await RequestBody.ReadAsync(context, (message, _, _) => Anthropic(400, "invalid_request_error", message))).Allow(
            "NAME: Extra inputs are not permitted",
            "model", "messages", "max_tokens", "system", "temperature", "top_p", "top_k", "stop_sequences", "stream", "metadata", "tools");
        if (!body.Has("max_tokens"))
        {
            throw Anthropic(400, "invalid_request_error", "max_tokens: Field required");
        }

        var model = body.Text("model");
        var answer = AnswerModel.Answer(
            model, body.LastMessage(), body.Number("temperature", 1, 0, 1), body.Number("max_tokens", 1, 1, 1_000_000));
        return new JsonObject
        {
            ["id"] = "msg_loopback",
            ["type"] = "message",
            ["role"] = "assistant",
            ["model"] = model,
            ["content"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = answer.Text }),
            ["stop_reason"] = answer.IsCut ? "max_tokens" : "end_turn",
            ["usage"] = new JsonObject { ["input_tokens"] = answer.Input, ["output_tokens"] = answer.Output },
        };
    }

    private static WireError Gemini(int status, string name, string message) => new(status, new JsonObject
    {
        ["error"] = new JsonObject { ["code"] = status, ["message"] = message, ["status"] = name },
    });

    private static WireError Anthropic(int status, string type, string message) => new(status, new JsonObject
    {
        ["type"] = "error",
        ["error"] = new JsonObject { ["type"] = type, ["message"] = message },
    });
}
