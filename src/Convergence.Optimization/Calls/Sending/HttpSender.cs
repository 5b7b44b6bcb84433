using System.Net;
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
            var body = await AnswerBody.ReadAsync(response.Content, options.MaxAnswerByteCount, deadline.Token).ConfigureAwait(false);
            return Judge(request, response, body, time.GetElapsedTime(start));
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
            return Failed(null, CallFailureKind.Connection, exception.Message, time.GetElapsedTime(start)) with
            {
                WasSent = exception is not HttpRequestException { HttpRequestError: var error } || !IsBeforeSending(error),
            };
        }
    }

    private static bool IsBeforeSending(HttpRequestError error) => error is HttpRequestError.NameResolutionError
        or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError;

    private Attempt Judge(ApiRequest request, HttpResponseMessage response, AnswerBody body, TimeSpan latency)
    {
        var status = (int)response.StatusCode;
        if (response.IsSuccessStatusCode)
        {
            return body.Problem is { } problem
                ? Failed(status, CallFailureKind.Malformed, $"the answer {problem}", latency, canRetry: !body.IsTooLarge)
                : JudgeSuccess(new ApiAnswer(status, body.Json, request.FindFailure(body.Json), latency, 1));
        }

        var text = $"HTTP {status}: {body.Shown}";
        var pause = RetryAfter(response);
        return response.StatusCode switch
        {
            _ when pause > options.MaxRetryAfter => Failed(
                status, CallFailureKind.QuotaExhausted,
                FormattableString.Invariant($"the host asks to wait {pause}: {text}"), latency, canRetry: false),
            HttpStatusCode.TooManyRequests when QuotaAnswers.IsExhausted(body.Json) =>
                Failed(status, CallFailureKind.QuotaExhausted, text, latency, canRetry: false),
            HttpStatusCode.TooManyRequests => Failed(status, CallFailureKind.RateLimited, text, latency, pause),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => Failed(
                status, CallFailureKind.Unauthorized, text, latency, canRetry: authorization.OnRefused(response.RequestMessage!)),
            HttpStatusCode.RequestTimeout => Failed(status, CallFailureKind.Timeout, text, latency, pause),
            >= HttpStatusCode.InternalServerError => Failed(
                status, pause is null ? CallFailureKind.Server : CallFailureKind.RateLimited, text, latency, pause),
            // The body says which parameter the model does not take.
            _ => new Attempt(new ApiAnswer(status, body.Json, new CallFailure(CallFailureKind.Rejected, text), latency, 1)),
        };
    }

    // Its body is kept, for it may say what was paid.
    private static Attempt JudgeSuccess(ApiAnswer answer) => new(
        answer,
        CanRetry: answer.Failure?.Kind is CallFailureKind.Malformed or CallFailureKind.RateLimited or CallFailureKind.Server);

    private static Attempt Failed(
        int? status, CallFailureKind kind, string message, TimeSpan latency, TimeSpan? pause = null, bool canRetry = true) =>
        new(new ApiAnswer(status, null, new CallFailure(kind, message), latency, 1), pause, canRetry);

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - time.GetUtcNow() is var wait && wait > TimeSpan.Zero ? wait : TimeSpan.Zero,
        _ => null,
    };
}
