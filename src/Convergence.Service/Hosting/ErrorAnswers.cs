using Convergence.Service.OpenAi;
using Microsoft.AspNetCore.Http;

namespace Convergence.Service.Hosting;

/// <summary>Makes an answer in OpenAI's shape of whatever goes wrong.</summary>
internal sealed class ErrorAnswers(RequestDelegate next, Action<Exception> onFailure)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (!context.Response.HasStarted && UrlProblem(context) is { } problem)
            {
                await JsonAnswer.WriteAsync(context, problem);
            }
        }
        catch (OpenAiException error)
        {
            await JsonAnswer.WriteAsync(context, error);
        }
        catch (BadHttpRequestException error)
        {
            // Too large, too slow or cut off: Kestrel found it while the body was read.
            await JsonAnswer.WriteAsync(context, OpenAiException.BadBody(error.StatusCode, error.Message));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone, and nobody is left to tell.
            context.Abort();
        }
#pragma warning disable CA1031 // The last resort: a request that fails must not look like one that the client got wrong.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            onFailure(exception);

            // An answer that has begun has said so itself, and ends here without its usual end.
            if (!context.Response.HasStarted)
            {
                await JsonAnswer.WriteAsync(context, OpenAiException.Unexpected());
            }
        }
    }

    private static OpenAiException? UrlProblem(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => OpenAiException.NoSuchUrl(context.Request.Method, context.Request.Path),
        StatusCodes.Status405MethodNotAllowed => OpenAiException.WrongMethod(context.Request.Method, context.Request.Path),
        _ => null,
    };
}
