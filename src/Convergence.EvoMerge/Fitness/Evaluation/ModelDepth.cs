using System.Text.Json.Nodes;

namespace Convergence.EvoMerge.Fitness.Evaluation;

/// <summary>Reads how many layers a model has.</summary>
internal static class ModelDepth
{
    // Llama's key, then GPT-2's.
    private static readonly string[] Keys = ["num_hidden_layers", "n_layer"];

    /// <exception cref="ConvergenceException">The configuration does not say.</exception>
    public static int Of(JsonObject config)
    {
        foreach (var key in Keys)
        {
            if (config[key] is JsonValue value && value.TryGetValue<int>(out var depth) && depth > 0)
            {
                return depth;
            }
        }

        throw new ConvergenceException($"config.json: has neither {string.Join(" nor ", Keys)} with a number of layers above 0.");
    }
}
