using System.Text.Json.Nodes;

namespace Convergence.Service.OpenAi;

/// <summary>A request that cannot be answered, as OpenAI's API says it.</summary>
public sealed class OpenAiException : ConvergenceException
{
    private const string InvalidRequest = "invalid_request_error";

    private OpenAiException(int status, string type, string? code, string? parameter, string message) : base(message)
    {
        Status = status;
        Type = type;
        Code = code;
        Parameter = parameter;
    }

    /// <summary>The HTTP status.</summary>
    public int Status { get; }

    /// <summary>The family of errors, for example <c>invalid_request_error</c>.</summary>
    public string Type { get; }

    /// <summary>The error for programs, for example <c>context_length_exceeded</c>, or <see langword="null"/>.</summary>
    public string? Code { get; }

    /// <summary>The parameter that is wrong, for example <c>temperature</c>, or <see langword="null"/>.</summary>
    public string? Parameter { get; }

    public static OpenAiException BadBody(int status, string message) => new(status, InvalidRequest, null, null, message);

    public static OpenAiException BadValue(string parameter, string message) =>
        new(400, InvalidRequest, "invalid_value", parameter, $"'{parameter}': {message}");

    public static OpenAiException Missing(string parameter) =>
        new(400, InvalidRequest, "missing_required_parameter", parameter, $"Missing required parameter: '{parameter}'.");

    public static OpenAiException Unknown(string parameter, string suggestion) =>
        new(400, InvalidRequest, "unknown_parameter", parameter, $"Unknown parameter: '{parameter}'.{suggestion}");

    public static OpenAiException Unsupported(string parameter, string why) =>
        new(400, InvalidRequest, "unsupported_parameter", parameter, $"'{parameter}' is not supported here: {why} Leave it out.");

    public static OpenAiException ContextLengthExceeded(string parameter, int contextLength, int promptTokens, int? newTokens) => new(
        400,
        InvalidRequest,
        "context_length_exceeded",
        parameter,
        newTokens is null
            ? $"This model's maximum context length is {contextLength} tokens, "
                + $"but '{parameter}' has {promptTokens}, which leaves none for an answer. Shorten it."
            : $"This model's maximum context length is {contextLength} tokens, "
                + $"but {promptTokens + (long)newTokens} were requested ({promptTokens} in "
                + $"'{parameter}', {newTokens} for the answer). Shorten one of them.");

    public static OpenAiException NoSuchModel(string name, IEnumerable<string> names, string suggestion) => new(
        404, InvalidRequest, "model_not_found", "model",
            $"The model '{name}' does not exist.{suggestion} There are: {string.Join(", ", names)}.");

    public static OpenAiException NoSuchUrl(string method, string path) =>
        new(404, InvalidRequest, "unknown_url", null,
            $"Unknown request URL: {method} {path}. There are /v1/chat/completions, /v1/completions and /v1/models.");

    public static OpenAiException WrongMethod(string method, string path) =>
        new(405, InvalidRequest, "method_not_supported", null, $"{path} is not there for {method}.");

    public static OpenAiException WrongKey() => new(
        401, InvalidRequest, "invalid_api_key", null,
            "The API key is missing or wrong. Send the header 'Authorization: Bearer KEY' with the server's key.");

    public static OpenAiException Overloaded() => new(
        429, "requests", "rate_limit_exceeded", null, "Too many requests are waiting for this model. Try again in a moment.");

    public static OpenAiException Unexpected() =>
        new(500, "server_error", null, null, "The server had an error while it answered; its own output says which.");

    /// <summary>The body of the answer.</summary>
    public JsonObject ToJson() => new()
    {
        ["error"] = new JsonObject { ["message"] = Message, ["type"] = Type, ["param"] = Parameter, ["code"] = Code },
    };
}
