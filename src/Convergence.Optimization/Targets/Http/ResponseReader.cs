using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Optimization.Adapters;
using Convergence.Optimization.Calls;
using Convergence.Optimization.Configuration;

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

        if ((FindFailure(answer.Body, adapter) ?? Reported(answer.Body)) is { } failure)
        {
            return (answer with { Failure = failure }, null);
        }

        var result = adapter.Read(answer.Body);
        return (answer, fields.ResultField is { } path && At(answer.Body, path) is { } found ? found : result);
    }

    /// <summary>
    /// Why a body is no answer of its format; in a plain format, one that cannot have the fields that the configuration names. One that
    /// says in such a field that it failed is an answer here: asking again would change nothing.
    /// </summary>
    public CallFailure? FindFailure(JsonNode? body, IApiAdapter adapter) =>
        adapter.FindFailure(body)
        ?? ((fields.ResultField ?? fields.SuccessField) is { } field && body is not JsonObject
            ? AnswerFailures.Missing(field, body)
            : null);

    private CallFailure? Reported(JsonNode? body)
    {
        var error = fields.ErrorField is { } errorPath ? At(body, errorPath) : null;
        var success = fields.SuccessField is { } successPath ? At(body, successPath) : null;
        return success?.GetValueKind() is JsonValueKind.False || (fields.SuccessField is null && AnswerFailures.IsSaid(error))
            ? AnswerFailures.Of(error ?? $"{fields.SuccessField} is false") with { Kind = CallFailureKind.Reported }
            : null;
    }

    private static JsonNode? At(JsonNode? node, string path)
    {
        foreach (var key in path.Split('.'))
        {
            node = (node as JsonObject)?[key];
        }

        return node;
    }
}
