using System.Text.Json.Nodes;
using Convergence.Tensors;

namespace Convergence.LanguageModels;

/// <summary>What a model is loaded from.</summary>
/// <param name="Config">The content of <c>config.json</c>.</param>
/// <param name="Weights">The tensors, under the names of a Hugging Face checkpoint; more than are needed may be there.</param>
public readonly record struct ModelSource(JsonObject Config, ITensorSource Weights);
