using System.Text.Json.Nodes;
using Convergence.Optimization.Calls;

namespace Convergence.Optimization.Adapters;

/// <summary>Speaks one provider's wire format.</summary>
public interface IApiAdapter
{
    /// <summary>Writes the call of one configuration for one test case.</summary>
    /// <param name="target">Where it goes.</param>
    /// <param name="input">The test case's input. It is not changed.</param>
    /// <param name="parameters">The configuration; its values replace those of the input. It is not changed.</param>
    ApiRequest Write(ApiTarget target, JsonObject input, JsonObject parameters);

    /// <summary>
    /// Why a body that came with a status of success is no answer: it tells of an error, or lacks what every answer of the format has. An
    /// empty text is an answer.
    /// </summary>
    /// <returns>The failure; <see langword="null"/> for an answer.</returns>
    CallFailure? FindFailure(JsonNode? body);

    /// <summary>What evaluators are given of an answer's body.</summary>
    JsonNode? Read(JsonNode? body);
}
