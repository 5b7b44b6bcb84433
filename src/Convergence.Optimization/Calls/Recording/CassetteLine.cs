using System.Text.Json;
using System.Text.Json.Nodes;

namespace Convergence.Optimization.Calls.Recording;

/// <summary>An answer as a line of a cassette.</summary>
internal static class CassetteLine
{
    private const int MaxDepth = 128;

    /// <returns>One line of JSON, without an end of line.</returns>
    public static string Write(string digest, ApiAnswer answer)
    {
        var line = new JsonObject
        {
            ["request"] = digest,
            ["status"] = answer.Status,
            ["latency_ms"] = answer.Latency.TotalMilliseconds,
            ["attempts"] = answer.Attempts,
        };
        if (answer.Failure is { } failure)
        {
            line["failure"] = failure.Kind.ToString();
            line["message"] = failure.Message;
        }

        line["body"] = answer.Body?.DeepClone();
        return line.ToJsonString();
    }

    /// <returns>Whether it is a whole line.</returns>
    public static bool TryRead(ReadOnlySpan<byte> line, out string digest, out ApiAnswer answer)
    {
        (digest, answer) = (string.Empty, null!);
        try
        {
            var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = MaxDepth });
            if (JsonNode.Parse(ref reader) is not JsonObject map)
            {
                return false;
            }

            digest = (string?)map["request"] ?? string.Empty;
            var failure = (string?)map["failure"] is { } kind
                ? new CallFailure(Enum.Parse<CallFailureKind>(kind), (string?)map["message"] ?? string.Empty)
                : null;
            answer = new ApiAnswer(
                (int?)map["status"],
                map["body"]?.DeepClone(),
                failure,
                LatencyOf((double?)map["latency_ms"] ?? 0),
                (int?)map["attempts"] ?? 1);
            return digest.Length > 0;
        }
        catch (Exception exception) when (exception is JsonException
            or InvalidOperationException or FormatException or ArgumentException or OverflowException)
        {
            return false;
        }
    }

    // To the nearest tick: FromMilliseconds cuts fractions off, and a score of latency would change with it.
    private static TimeSpan LatencyOf(double milliseconds) =>
        TimeSpan.FromTicks(checked((long)Math.Round(milliseconds * TimeSpan.TicksPerMillisecond)));
}
