using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Convergence.Optimization.Adapters;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Configuration.Parsing;

/// <summary>
/// Makes a space conditional where models refuse parameters: reasoning models of OpenAI answer <c>temperature</c> with HTTP 400, so it is
/// searched for the other models only.
/// </summary>
internal static class CapabilityRules
{
    private static readonly AdapterKind[] Formats =
    [
        AdapterKind.OpenAiChat, AdapterKind.OpenAiResponses, AdapterKind.AzureOpenAi, AdapterKind.Agno,
    ];

    public static SearchSpaceConfig Apply(SearchSpaceConfig space, AdapterKind adapter, ConfigReading reading)
    {
        var model = space.Parameters.FirstOrDefault(parameter => parameter.Name == "model");
        if (model is null || model.Values.IsDefault || !Formats.Contains(adapter))
        {
            return space;
        }

        ImmutableArray<JsonNode?> others = [.. model.Values.Where(value => !ReasoningModels.Contains(JsonValues.Text(value)))];
        return others.Length == model.Values.Length
            ? space
            : space with { Parameters = [.. space.Parameters.Select(parameter => Conditional(parameter, model, others, reading))] };
    }

    private static ParameterConfig Conditional(
        ParameterConfig parameter, ParameterConfig model, ImmutableArray<JsonNode?> others, ConfigReading reading)
    {
        if (!ReasoningModels.RefusedParameters.Contains(parameter.Name))
        {
            return parameter;
        }

        var key = $"search_space.parameters.{parameter.Name}";
        var reasoning = string.Join(", ", model.Values.Select(JsonValues.Text).Where(ReasoningModels.Contains));
        if (parameter.Condition is not null)
        {
            reading.Inform(key, $"{reasoning} takes no {parameter.Name}: calls to it leave the parameter out.");
            return parameter;
        }

        reading.Warn(
            key,
            others.IsEmpty
                ? $"is not searched: {reasoning} takes no {parameter.Name} (HTTP 400). Remove it."
                : $"counts only for {string.Join(", ", others.Select(JsonValues.Text))}: {reasoning} takes no {parameter.Name} "
                    + "(HTTP 400).");
        return parameter with { Condition = new ParameterCondition(model.Name, others) };
    }
}
