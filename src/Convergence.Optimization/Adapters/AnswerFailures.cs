using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Optimization.Calls;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Adapters;

/// <summary>Failures that come with a status of success: providers and those who pass their answers on do that.</summary>
internal static class AnswerFailures
{
    private const int MaxShownLength = 300;

    // A busy provider is asked again; any other error will be the same next time.
    private static readonly string[] Busy = ["rate_limit_error", "rate_limit_exceeded", "RESOURCE_EXHAUSTED"];
    private static readonly string[] Down = ["overloaded_error", "api_error", "server_error", "UNAVAILABLE", "INTERNAL"];

    /// <summary>The error that a body tells of in <c>error</c>, as a text or a map; <see langword="null"/> where there is none.</summary>
    public static CallFailure? Told(JsonNode? body) =>
        (body as JsonObject)?["error"] is { } error && IsSaid(error) ? Of(error) : null;

    /// <summary>An error as a failure.</summary>
    public static CallFailure Of(JsonNode error) =>
        new(KindOf(error as JsonObject), $"the answer says that the call failed: {TextOf(error)}");

    /// <summary>A body without what every answer of its format has. It may come when the call is made again.</summary>
    public static CallFailure Missing(string what, JsonNode? body)
    {
        var text = body?.ToJsonString() ?? "nothing";
        var shown = text.Length > MaxShownLength ? $"{text[..MaxShownLength]}..." : text;
        return new CallFailure(CallFailureKind.Malformed, $"the answer holds no {what}: {shown}");
    }

    /// <summary>Whether a field of errors says that there is one.</summary>
    public static bool IsSaid(JsonNode? error) =>
        error is not null && error.GetValueKind() != JsonValueKind.False && JsonValues.Text(error) is not { Length: 0 };

    private static string TextOf(JsonNode error) =>
        JsonValues.Text(error) ?? JsonValues.Text((error as JsonObject)?["message"]) ?? error.ToJsonString();

    private static CallFailureKind KindOf(JsonObject? error)
    {
        JsonNode?[] words = [error?["code"], error?["type"], error?["status"]];
        return words.Any(word => JsonValues.Number(word) is 429 || Busy.Contains(JsonValues.Text(word))) ? CallFailureKind.RateLimited
            : words.Any(word => JsonValues.Number(word) is >= 500 and < 600 || Down.Contains(JsonValues.Text(word)))
                ? CallFailureKind.Server
                : CallFailureKind.Reported;
    }
}
