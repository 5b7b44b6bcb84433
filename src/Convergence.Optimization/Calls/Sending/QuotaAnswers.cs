using System.Text.Json.Nodes;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Calls.Sending;

/// <summary>
/// Tells an exhausted quota, which no waiting within a run mends, from too many requests at a time, by what providers say beside status
/// 429: OpenAI and those who speak its format by <c>error.code</c> or <c>error.type</c>, Gemini by the id of a quota for a day.
/// </summary>
internal static class QuotaAnswers
{
    private static readonly string[] Codes = ["insufficient_quota", "billing_hard_limit_reached", "billing_not_active"];

    public static bool IsExhausted(JsonNode? body) => (body as JsonObject)?["error"] is JsonObject error
        && (Codes.Contains(JsonValues.Text(error["code"])) || Codes.Contains(JsonValues.Text(error["type"])) || HasDailyQuota(error));

    private static bool HasDailyQuota(JsonObject error) => (error["details"] as JsonArray ?? [])
        .OfType<JsonObject>()
        .SelectMany(detail => detail["violations"] as JsonArray ?? [])
        .OfType<JsonObject>()
        .Any(violation => JsonValues.Text(violation["quotaId"])?.Contains("PerDay", StringComparison.Ordinal) ?? false);
}
