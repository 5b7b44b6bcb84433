using Microsoft.AspNetCore.Http;

namespace Convergence.Testing.Providers.Faults;

/// <summary>Lets requests go wrong.</summary>
internal static class FaultWriter
{
    private const string Page = "<html><body>Down for maintenance</body></html>";

    public static async Task WriteAsync(HttpContext context, Fault fault, string echo)
    {
        switch (fault)
        {
            case Fault.RateLimited:
                await RefuseAsync(context, 429, "Rate limit reached", echo, null);
                break;
            case Fault.RateLimitedWithPause:
                await RefuseAsync(context, 429, "Rate limit reached", echo, "1");
                break;
            case Fault.QuotaExhausted:
                await RefuseAsync(context, 429, "You exceeded your current quota", echo, "86400");
                break;
            case Fault.ServerError:
                await RefuseAsync(context, 500, "The server had an error", echo, null);
                break;
            case Fault.ExpiredToken:
                await RefuseAsync(context, 401, "The token has expired", echo, null);
                break;
            case Fault.Unavailable:
                context.Response.StatusCode = 503;
                await WriteAsync(context, "text/html", Page);
                break;
            case Fault.WrongContentType:
                await WriteAsync(context, "text/html", Page);
                break;
            case Fault.MalformedJson:
                await WriteAsync(context, "application/json", """{"id": "x", "choices": [{"message": {"content": "Dak""");
                break;
            case Fault.HalfClosed:
                context.Response.ContentLength = 1000;
                await WriteAsync(context, "application/json", """{"id": "x", """);
                await context.Response.Body.FlushAsync();
                context.Abort();
                break;
            case Fault.SlowDrip:
                await DripAsync(context);
                break;
            case Fault.Hang:
                await WaitAsync(Timeout.InfiniteTimeSpan, context.RequestAborted);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(fault), fault, "This is no fault.");
        }
    }

    // Errors of real servers repeat what they were sent now and then; secrets in them must not come through.
    private static Task RefuseAsync(HttpContext context, int status, string message, string echo, string? pause)
    {
        context.Response.StatusCode = status;
        if (pause is not null)
        {
            context.Response.Headers.RetryAfter = pause;
        }

        return WriteAsync(context, "application/json", $$$"""{"error": {"message": "{{{message}}}: {{{echo}}}", "code": {{{status}}}}}""");
    }

    private static Task WriteAsync(HttpContext context, string type, string text)
    {
        context.Response.ContentType = type;
        return context.Response.WriteAsync(text);
    }

    private static async Task DripAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        while (!context.RequestAborted.IsCancellationRequested)
        {
            await context.Response.WriteAsync(" ");
            await context.Response.Body.FlushAsync();
            await WaitAsync(TimeSpan.FromMilliseconds(20), context.RequestAborted);
        }
    }

    private static async Task WaitAsync(TimeSpan time, CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(time, cancellation);
        }
        catch (OperationCanceledException)
        {
            // The caller has gone.
            return;
        }
    }
}
