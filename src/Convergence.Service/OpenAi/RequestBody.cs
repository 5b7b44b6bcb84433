using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;

namespace Convergence.Service.OpenAi;

/// <summary>Reads the JSON of a request, of which nothing may be believed: its size, its depth and its time are limited.</summary>
internal static class RequestBody
{
    private const int MaxDepth = 32;

    /// <summary>Reads the body; the server has limited its size.</summary>
    /// <param name="context">The request.</param>
    /// <param name="timeout">How long it may take to arrive in full.</param>
    /// <exception cref="OpenAiException">It is no JSON object, or did not arrive in time.</exception>
    public static async Task<JsonDocument> ReadAsync(HttpContext context, TimeSpan timeout)
    {
        if (!context.Request.HasJsonContentType())
        {
            throw OpenAiException.BadBody(
                StatusCodes.Status415UnsupportedMediaType,
                    "The body must be JSON. Send it with the header 'Content-Type: application/json'.");
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        deadline.CancelAfter(timeout);
        try
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, deadline.Token);
            return Parse(body.ToArray());
        }
        catch (JsonException exception)
        {
            throw OpenAiException.BadBody(StatusCodes.Status400BadRequest, $"The body is not valid JSON: {exception.Message}");
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            // What is left of the body is not waited for either.
            context.Response.Headers.Connection = "close";
            throw OpenAiException.BadBody(
                StatusCodes.Status408RequestTimeout,
                    $"The body did not arrive within {timeout.TotalSeconds:0.#} seconds. Send it faster, or less of it.");
        }
    }

    private static JsonDocument Parse(byte[] body)
    {
        if (!Utf8.IsValid(body))
        {
            throw OpenAiException.BadBody(StatusCodes.Status400BadRequest, "The body is not valid UTF-8.");
        }

        try
        {
            var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = MaxDepth, AllowDuplicateProperties = false });
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document
                : throw OpenAiException.BadBody(StatusCodes.Status400BadRequest, "The body must be a JSON object.");
        }
        catch (InvalidOperationException)
        {
            // An escape in a name, half of a surrogate pair.
            throw OpenAiException.BadBody(StatusCodes.Status400BadRequest, "The name of a member is not valid Unicode.");
        }
    }
}
