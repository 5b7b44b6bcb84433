using System.Text.Json.Nodes;

namespace Convergence.Optimization.Adapters;

/// <summary>Azure's OpenAI deployments: chat completions whose address names the model, so that the body does not.</summary>
public sealed class AzureOpenAiAdapter : OpenAiChatAdapter
{
    protected override void Shape(JsonObject body)
    {
        base.Shape(body);
        body.Remove("model");
    }
}
