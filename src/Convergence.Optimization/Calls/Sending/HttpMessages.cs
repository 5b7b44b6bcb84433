using System.Text;
using System.Text.Json.Nodes;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Calls.Sending;

/// <summary>Writes requests as HTTP messages.</summary>
internal static class HttpMessages
{
    private static readonly Encoding Utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

    public static HttpRequestMessage Of(ApiRequest request)
    {
        var isQuery = request.Method == HttpMethod.Get;
        var message = new HttpRequestMessage(request.Method, isQuery ? WithQuery(request.Endpoint, request.Body) : request.Endpoint)
        {
            Content = isQuery ? null : ContentOf(request),
        };
        foreach (var (name, value) in request.Headers)
        {
            // The content's type is that of the content; all other headers are the user's.
            if (!name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase))
            {
                message.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return message;
    }

    private static HttpContent ContentOf(ApiRequest request) => request.IsForm
        ? new FormUrlEncodedContent(request.Body.Select(entry => KeyValuePair.Create(entry.Key, TextOf(entry.Value))))
        : new StringContent(request.Body.ToJsonString(), Utf8, "application/json");

    private static Uri WithQuery(Uri endpoint, JsonObject values)
    {
        var pairs = values.Select(entry => $"{Uri.EscapeDataString(entry.Key)}={Uri.EscapeDataString(TextOf(entry.Value))}");
        var query = string.Join('&', pairs.Prepend(endpoint.Query.TrimStart('?')).Where(pair => pair.Length > 0));
        return new UriBuilder(endpoint) { Query = query }.Uri;
    }

    private static string TextOf(JsonNode? value) => JsonValues.Text(value) ?? value?.ToJsonString() ?? string.Empty;
}
