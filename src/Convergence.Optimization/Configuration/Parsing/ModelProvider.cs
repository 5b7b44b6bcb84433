namespace Convergence.Optimization.Configuration.Parsing;

/// <summary>Where a model is that is only named.</summary>
/// <param name="Name">The provider.</param>
/// <param name="Model">The model, without the provider's name in front.</param>
/// <param name="Endpoint">The address.</param>
/// <param name="Adapter">The wire format.</param>
/// <param name="TokenEnvironment">The environment variable of the provider's own tools.</param>
internal sealed record ModelProvider(string Name, string Model, string Endpoint, AdapterKind Adapter, string TokenEnvironment);
