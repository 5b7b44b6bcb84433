using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Convergence.Service.OpenAi;

/// <summary>Answers that are one JSON object.</summary>
internal static class JsonAnswer
{
    // Escaped as for a page of HTML, quotation marks would be hard to read; no browser takes this for one.
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>An object as it is sent.</summary>
    public static byte[] Utf8Of(JsonObject content) => Encoding.UTF8.GetBytes(content.ToJsonString(Plain));

    public static Task WriteAsync(HttpContext context, int status, JsonObject content)
    {
        var bytes = Utf8Of(content);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.ContentLength = bytes.Length;
        return context.Response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
    }

    /// <summary>Says what is wrong with a request.</summary>
    public static Task WriteAsync(HttpContext context, OpenAiException error)
    {
        if (error.Status == StatusCodes.Status429TooManyRequests)
        {
            context.Response.Headers.RetryAfter = "1";
        }

        return WriteAsync(context, error.Status, error.ToJson());
    }
}
