using System.Buffers;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Optimization.Calls.Authorization;

namespace Convergence.Optimization.Calls.Sending;

/// <summary>
/// Sends a request once and says what came of it. It throws nothing and cannot be cancelled: what was sent is paid for, and is waited for
/// until its timeout.
/// </summary>
/// <param name="client">The client; its own timeout must be infinite.</param>
/// <param name="authorization">Who calls.</param>
/// <param name="options">The limits.</param>
/// <param name="time">The clock.</param>
internal sealed class HttpSender(HttpClient client, IRequestAuthorization authorization, SendOptions options, TimeProvider time)
{
    private const int MaxShownLength = 300;

    public async Task<Attempt> SendAsync(ApiRequest request)
    {
        var start = time.GetTimestamp();
        using var deadline = new CancellationTokenSource(options.Timeout, time);
        try
        {
            using var message = HttpMessages.Of(request);
            await authorization.AuthorizeAsync(message, deadline.Token).ConfigureAwait(false);
            using var response =
                await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, deadline.Token).ConfigureAwait(false);
            var body = await ReadBodyAsync(response.Content, deadline.Token).ConfigureAwait(false);
            return Judge(response, body, time.GetElapsedTime(start));
        }
        catch (OperationCanceledException)
        {
            return Failed(
                null,
                CallFailureKind.Timeout,
                FormattableString.Invariant($"no whole answer within {options.Timeout.TotalSeconds} s"),
                time.GetElapsedTime(start));
        }
        catch (HttpRequestException exception) when ((int?)exception.StatusCode is >= 400 and < 500 and not 429)
        {
            // What authorizes was refused itself.
            return Failed(null, CallFailureKind.Unauthorized, exception.Message, time.GetElapsedTime(start), canRetry: false);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return Failed(null, CallFailureKind.Connection, exception.Message, time.GetElapsedTime(start));
        }
    }

    private Attempt Judge(HttpResponseMessage response, ReadOnlyMemory<byte>? bytes, TimeSpan latency)
    {
        var status = (int)response.StatusCode;
        if (bytes is null)
        {
            return Failed(
                status, CallFailureKind.Malformed,
                $"the answer has more than {options.MaxAnswerByteCount} bytes", latency, canRetry: false);
        }

        var body = TryParse(bytes.Value);
        if (response.IsSuccessStatusCode)
        {
            return body is null
                ? Failed(status, CallFailureKind.Malformed, $"the answer is not JSON: {Shown(bytes.Value)}", latency)
                : new Attempt(new ApiAnswer(status, body, null, latency, 1));
        }

        var text = $"HTTP {status}: {Shown(bytes.Value)}";
        var pause = RetryAfter(response);
        return response.StatusCode switch
        {
            _ when pause > options.MaxRetryAfter => Failed(
                status, CallFailureKind.QuotaExhausted,
                FormattableString.Invariant($"the host asks to wait {pause}: {text}"), latency, canRetry: false),
            HttpStatusCode.TooManyRequests => Failed(status, CallFailureKind.RateLimited, text, latency, pause),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => Failed(
                status, CallFailureKind.Unauthorized, text, latency, canRetry: authorization.OnRefused(response.RequestMessage!)),
            HttpStatusCode.RequestTimeout => Failed(status, CallFailureKind.Timeout, text, latency, pause),
            >= HttpStatusCode.InternalServerError => Failed(
                status, pause is null ? CallFailureKind.Server : CallFailureKind.RateLimited, text, latency, pause),
            // The body says which parameter the model does not take.
            _ => new Attempt(new ApiAnswer(status, body, new CallFailure(CallFailureKind.Rejected, text), latency, 1)),
        };
    }

    private static Attempt Failed(
        int? status, CallFailureKind kind, string message, TimeSpan latency, TimeSpan? pause = null, bool canRetry = true) =>
        new(new ApiAnswer(status, null, new CallFailure(kind, message), latency, 1), pause, canRetry);

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - time.GetUtcNow() is var wait && wait > TimeSpan.Zero ? wait : TimeSpan.Zero,
        _ => null,
    };

    private async Task<ReadOnlyMemory<byte>?> ReadBodyAsync(HttpContent content, CancellationToken cancellation)
    {
        using var stream = await content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        var bytes = new ArrayBufferWriter<byte>();
        while (await stream.ReadAsync(bytes.GetMemory(4096), cancellation).ConfigureAwait(false) is > 0 and var count)
        {
            bytes.Advance(count);
            if (bytes.WrittenCount > options.MaxAnswerByteCount)
            {
                return null;
            }
        }

        return bytes.WrittenMemory;
    }

    private static JsonNode? TryParse(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return JsonNode.Parse(bytes.Span);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Shown(ReadOnlyMemory<byte> bytes)
    {
        var text = System.Text.Encoding.UTF8.GetString(bytes.Span[..Math.Min(bytes.Length, 4 * MaxShownLength)]);
        var shown = new string([.. text.Take(MaxShownLength).Select(character => char.IsControl(character) ? ' ' : character)]);
        return shown.Length < text.Length ? $"{shown}..." : shown;
    }
}
