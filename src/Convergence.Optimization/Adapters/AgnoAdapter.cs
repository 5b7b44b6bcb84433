using System.Text.Json.Nodes;
using Convergence.Optimization.Calls;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Adapters;

/// <summary>
/// Agno's agents over HTTP. An address of AgentOS (<c>/agents/ID/runs</c>) is sent a form with <c>message</c> and <c>stream=false</c>,
/// as its server asks for; any other the input with the configuration's values as JSON. Both kinds of answers are given on as
/// <c>{final_response, tool_calls[{function, arguments}], tool_results, tokens_used{total}, latency_seconds}</c>.
/// </summary>
/// <remarks>AgentOS: docs.agno.com, "Create Agent Run" and the run output's fields.</remarks>
public sealed class AgnoAdapter : JsonAdapter
{
    private const string RunsPath = "/runs";
    private const string FailedStatus = "ERROR";

    // With one of these there is an answer, whatever it says of errors of its tools.
    private static readonly string[] AnswerKeys = ["run_id", "result", "final_response"];

    public override ApiRequest Write(ApiTarget target, JsonObject input, JsonObject parameters)
    {
        var request = base.Write(target, input, parameters);
        if (!request.Endpoint.AbsolutePath.TrimEnd('/').EndsWith(RunsPath, StringComparison.Ordinal))
        {
            return request;
        }

        request.Body["message"] = Prompts.Take(request.Body) ?? throw Prompts.Missing("an agent");
        request.Body["stream"] = "false";
        return request with { IsForm = true };
    }

    // A run that failed has the error for its content.
    public override CallFailure? FindFailure(JsonNode? body) =>
        body is not JsonObject run ? AnswerFailures.Missing("run of an agent", body)
        : run.ContainsKey("run_id") && JsonValues.Text(run["status"]) == FailedStatus
            ? AnswerFailures.Of(run["content"] ?? FailedStatus)
        : AnswerKeys.Any(run.ContainsKey) ? null
        : AnswerFailures.Told(run);

    public override JsonNode? Read(JsonNode? body) => body is JsonObject run && run.ContainsKey("run_id") ? OfRun(run) : Result(body);

    // Servers of the examples' kind wrap their answers, or do not.
    private static JsonNode? Result(JsonNode? body) => (body as JsonObject)?["result"] is JsonObject result ? result : body;

    private static JsonObject OfRun(JsonObject run)
    {
        var tools = (run["tools"] as JsonArray)?.OfType<JsonObject>().ToList() ?? [];
        var metrics = run["metrics"] as JsonObject ?? [];
        return new JsonObject
        {
            ["final_response"] = JsonValues.Text(run["content"]) ?? run["content"]?.ToJsonString() ?? string.Empty,
            ["tool_calls"] = new JsonArray([.. tools.Select(tool => new JsonObject
            {
                ["function"] = tool["tool_name"]?.DeepClone(),
                ["arguments"] = tool["tool_args"]?.DeepClone() ?? new JsonObject(),
            })]),
            ["tool_results"] = new JsonArray([.. tools.Select(tool => ParseText(tool["result"]))]),
            ["tokens_used"] = new JsonObject
            {
                ["input"] = metrics["input_tokens"]?.DeepClone(),
                ["output"] = metrics["output_tokens"]?.DeepClone(),
                ["total"] = metrics["total_tokens"]?.DeepClone(),
            },
            ["latency_seconds"] = (metrics["duration"] ?? metrics["time"])?.DeepClone(),
        };
    }

    // Tools answer with JSON as a text.
    private static JsonNode? ParseText(JsonNode? result)
    {
        if (JsonValues.Text(result) is not { } text)
        {
            return result?.DeepClone();
        }

        try
        {
            return JsonNode.Parse(text);
        }
        catch (System.Text.Json.JsonException)
        {
            return text;
        }
    }
}
