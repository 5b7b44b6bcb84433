namespace Convergence.Optimization.Configuration;

/// <summary>A model that embeds texts, by OpenAI's embeddings format (key <c>evaluation.embedding</c>).</summary>
public sealed record EmbeddingConfig(string Endpoint, string Model, AuthConfig Auth);
