using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Optimization.Storage.Results;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Storage;

/// <summary>
/// Results in a Convex deployment, over its HTTP API (https://docs.convex.dev/http-api). The deployment must have the functions
/// <c>convergence:save</c>, <c>load</c>, <c>remove</c> and <c>list</c>, which <c>docs/formats/storage.md</c> gives.
/// </summary>
/// <remarks>
/// Values travel as JSON text in parts: documents of Convex hold at most 1 MiB and no keys that begin with <c>$</c> or <c>_</c>.
/// </remarks>
public sealed class ConvexResultStore : IResultStore
{
    /// <summary>UTF-16 units in a part: at most three bytes each, so that a part fits into a document.</summary>
    private const int PartLength = 200_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpClient _client;
    private readonly Uri _deployment;
    private readonly AuthenticationHeaderValue? _authorization;

    /// <param name="client">Sends; it belongs to the caller.</param>
    /// <param name="deployment">Such as <c>https://happy-animal-123.convex.cloud</c>.</param>
    /// <param name="token">
    /// A deploy key (<c>prod:happy-animal-123|...</c>) or a user's token; <see langword="null"/> where the functions ask for none.
    /// </param>
    public ConvexResultStore(HttpClient client, Uri deployment, string? token)
    {
        ArgumentNullException.ThrowIfNull(deployment);
        _client = client;
        _deployment = new Uri(deployment.AbsoluteUri.TrimEnd('/') + "/");
        _authorization = token is null
            ? null
            : new AuthenticationHeaderValue(token.Contains('|', StringComparison.Ordinal) ? "Convex" : "Bearer", token);
    }

    public Task SaveAsync(string key, JsonNode value, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(value);
        var parts = StoredJson.Write(value).Chunk(PartLength).Select(part => (JsonNode?)JsonValue.Create(new string(part)));
        return CallAsync("mutation", "save", new JsonObject { ["key"] = key, ["parts"] = new JsonArray([.. parts]) }, cancellation);
    }

    public async Task<JsonNode?> LoadAsync(string key, CancellationToken cancellation) =>
        await CallAsync("query", "load", new JsonObject { ["key"] = key }, cancellation).ConfigureAwait(false) switch
        {
            null => null,
            JsonArray parts => StoredJson.Read(string.Concat(parts.Select(part => Text("load", part))), key),
            _ => throw Unexpected("load"),
        };

    public Task DeleteAsync(string key, CancellationToken cancellation) =>
        CallAsync("mutation", "remove", new JsonObject { ["key"] = key }, cancellation);

    public async Task<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken cancellation) =>
        await CallAsync("query", "list", new JsonObject { ["prefix"] = prefix }, cancellation).ConfigureAwait(false) is JsonArray keys
            ? [.. keys.Select(key => Text("list", key)).Order(StringComparer.Ordinal)]
            : throw Unexpected("list");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<JsonNode?> CallAsync(string kind, string function, JsonObject arguments, CancellationToken cancellation)
    {
        var call = new JsonObject { ["path"] = $"convergence:{function}", ["args"] = arguments, ["format"] = "json" };
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(_deployment, $"api/{kind}"))
        {
            Content = new StringContent(call.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        message.Headers.Authorization = _authorization;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            using var response = await _client.SendAsync(message, patience.Token).ConfigureAwait(false);
            var text = await response.Content.ReadAsStringAsync(patience.Token).ConfigureAwait(false);
            return ValueOf(function, (int)response.StatusCode, text);
        }
        catch (HttpRequestException exception)
        {
            throw new StorageException($"{_deployment}: cannot be reached: {exception.Message} Check storage.url.", exception);
        }
        catch (OperationCanceledException exception) when (!cancellation.IsCancellationRequested)
        {
            throw new StorageException($"{_deployment}: gave no answer in half a minute. Try again later.", exception);
        }
    }

    // {"status": "success", "value": ...} or {"status": "error", "errorMessage": ...}; a function's own error comes with status 560.
    private JsonNode? ValueOf(string function, int status, string text)
    {
        JsonObject? answer;
        try
        {
            answer = JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            answer = null;
        }

        if (JsonValues.Text(answer?["status"]) == "success")
        {
            return answer!["value"]?.DeepClone();
        }

        var reason = JsonValues.Text(answer?["errorMessage"]) ?? JsonValues.Text(answer?["message"]) ?? "no reason given";
        throw new StorageException(
            $"{_deployment}: convergence:{function} failed (HTTP {status.ToString(CultureInfo.InvariantCulture)}): {reason}. "
            + "Check that the deployment has the functions of docs/formats/storage.md, and storage.token_env.");
    }

    private string Text(string function, JsonNode? node) => JsonValues.Text(node) ?? throw Unexpected(function);

    private StorageException Unexpected(string function) => new(
        $"{_deployment}: convergence:{function} gave something else than docs/formats/storage.md says. Take the function from there.");
}
