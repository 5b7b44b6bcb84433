using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Optimization.Calls.Spending;

namespace Convergence.Optimization.Calls.Recording;

/// <summary>A line of a cassette.</summary>
/// <param name="Kind">What it tells.</param>
/// <param name="Call">The number of the call, from 0.</param>
/// <param name="Spend">Of a call that is sent, the most that this may cost; of one that has ended, what it cost with all attempts.</param>
/// <param name="Request">The digest of what is answered; <see langword="null"/> without an answer.</param>
/// <param name="Answer">What came; <see langword="null"/> where nothing is kept.</param>
internal sealed record CassetteLine(
    CassetteLineKind Kind, long Call = 0, Spend Spend = default, string? Request = null, ApiAnswer? Answer = null)
{
    private const int MaxDepth = 128;
    private const string NewRunKey = "new_run";
    private const string SentKey = "sent";

    /// <returns>The line with its end.</returns>
    public byte[] ToBytes()
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            Map().WriteTo(writer);
        }

        bytes.WriteByte((byte)'\n');
        return bytes.ToArray();
    }

    /// <param name="text">The line without its end.</param>
    /// <param name="line">What it says.</param>
    /// <returns>Whether it is a whole line.</returns>
    public static bool TryRead(ReadOnlySpan<byte> text, out CassetteLine line)
    {
        line = null!;
        try
        {
            var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = MaxDepth });
            if (JsonNode.Parse(ref reader) is not JsonObject map)
            {
                return false;
            }

            line = map.ContainsKey(NewRunKey) ? new CassetteLine(CassetteLineKind.NewRun)
                : map[SentKey] is { } call ? new CassetteLine(CassetteLineKind.Sent, (long)call, SpendOf(map, calls: 1))
                : EndOf(map);
            return true;
        }
        catch (Exception exception) when (exception is JsonException
            or InvalidOperationException or FormatException or ArgumentException or OverflowException or NullReferenceException)
        {
            return false;
        }
    }

    private JsonObject Map() => Kind switch
    {
        CassetteLineKind.NewRun => new JsonObject { [NewRunKey] = true },
        CassetteLineKind.Sent => new JsonObject { [SentKey] = Call, ["usd"] = Spend.Dollars, ["tokens"] = Spend.Tokens },
        _ => Answer is { } answer ? WithAnswer(End(), Request!, answer) : End(),
    };

    private JsonObject End() => new()
    {
        ["call"] = Call,
        ["attempts"] = Spend.Calls,
        ["usd"] = Spend.Dollars,
        ["tokens"] = Spend.Tokens,
    };

    private static JsonObject WithAnswer(JsonObject line, string request, ApiAnswer answer)
    {
        line["request"] = request;
        line["status"] = answer.Status;
        line["latency_ms"] = answer.Latency.TotalMilliseconds;
        if (answer.Failure is { } failure)
        {
            line["failure"] = failure.Kind.ToString();
            line["message"] = failure.Message;
        }

        line["body"] = answer.Body?.DeepClone();
        return line;
    }

    private static CassetteLine EndOf(JsonObject map)
    {
        // Lines of earlier versions do not tell calls and costs.
        var spend = SpendOf(map, (long?)map["attempts"] ?? 1);
        var request = (string?)map["request"];
        if (request is null && map["call"] is null)
        {
            throw new FormatException("It is the end of no call.");
        }

        return new CassetteLine(
            CassetteLineKind.Ended, (long?)map["call"] ?? -1, spend, request, request is null ? null : AnswerOf(map, (int)spend.Calls));
    }

    private static ApiAnswer AnswerOf(JsonObject map, int attempts)
    {
        var failure = (string?)map["failure"] is { } kind
            ? new CallFailure(Enum.Parse<CallFailureKind>(kind), (string?)map["message"] ?? string.Empty)
            : null;
        return new ApiAnswer(
            (int?)map["status"], map["body"]?.DeepClone(), failure, LatencyOf((double?)map["latency_ms"] ?? 0), attempts);
    }

    private static Spend SpendOf(JsonObject map, long calls) => new((decimal?)map["usd"] ?? 0, calls, (long?)map["tokens"] ?? 0);

    // To the nearest tick: FromMilliseconds cuts fractions off, and a score of latency would change with it.
    private static TimeSpan LatencyOf(double milliseconds) =>
        TimeSpan.FromTicks(checked((long)Math.Round(milliseconds * TimeSpan.TicksPerMillisecond)));
}
