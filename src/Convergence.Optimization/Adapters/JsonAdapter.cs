using System.Text.Json.Nodes;
using Convergence.Optimization.Calls;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Adapters;

/// <summary>Any JSON endpoint: the input with the configuration's values as the body, the body as the answer.</summary>
public class JsonAdapter : IApiAdapter
{
    public virtual ApiRequest Write(ApiTarget target, JsonObject input, JsonObject parameters)
    {
        var body = JsonMaps.Merge(input, parameters);
        var model = JsonValues.Text(body["model"]);
        Shape(body);
        return new ApiRequest
        {
            Method = target.Method,
            Endpoint = Address(target, model),
            Headers = target.Headers.AddRange(ExtraHeaders.Where(header => !target.Headers.ContainsKey(header.Key))),
            Body = body,
            Model = model,
            FindFailure = FindFailure,
        };
    }

    // Any JSON is an answer.
    public virtual CallFailure? FindFailure(JsonNode? body) => null;

    public virtual JsonNode? Read(JsonNode? body) => body;

    /// <summary>Headers that the provider asks for, unless the configuration sets them.</summary>
    protected virtual IEnumerable<KeyValuePair<string, string>> ExtraHeaders => [];

    /// <summary>Where a call for a model goes.</summary>
    protected virtual Uri Address(ApiTarget target, string? model) => target.AddressFor(model);

    /// <summary>Brings a body into the provider's form.</summary>
    protected virtual void Shape(JsonObject body)
    {
    }
}
