using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Optimization.Adapters;
using Convergence.Optimization.Calls;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Targets.Http;

/// <summary>Reads answers: the adapter's reading, and the fields in which a plain API says how a call went.</summary>
/// <param name="fields">Which fields.</param>
internal sealed class ResponseReader(ResponseConfig fields)
{
    /// <summary>What evaluators are given, and the answer, which is a failure where the API says so in its body.</summary>
    public (ApiAnswer Answer, JsonNode? Result) Read(ApiAnswer answer, IApiAdapter adapter)
    {
        if (!answer.IsSuccess)
        {
            return (answer, null);
        }

        if (Problem(answer.Body) is { } problem)
        {
            return (answer with { Failure = new CallFailure(CallFailureKind.Reported, problem) }, null);
        }

        var result = adapter.Read(answer.Body);
        return (answer, fields.ResultField is { } path && At(answer.Body, path) is { } found ? found : result);
    }

    private string? Problem(JsonNode? body)
    {
        var error = fields.ErrorField is { } errorPath ? At(body, errorPath) : null;
        var success = fields.SuccessField is { } successPath ? At(body, successPath) : null;
        return success?.GetValueKind() is JsonValueKind.False || (fields.SuccessField is null && IsSaid(error))
            ? "the answer says that the call failed: "
                + (JsonValues.Text(error) ?? error?.ToJsonString() ?? $"{fields.SuccessField} is false")
            : null;
    }

    private static bool IsSaid(JsonNode? error) =>
        error is not null && error.GetValueKind() != JsonValueKind.False && JsonValues.Text(error) is not { Length: 0 };

    private static JsonNode? At(JsonNode? node, string path)
    {
        foreach (var key in path.Split('.'))
        {
            node = (node as JsonObject)?[key];
        }

        return node;
    }
}
