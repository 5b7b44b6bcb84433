namespace Convergence.Optimization.Configuration;

/// <summary>One entry of <c>api.models</c>.</summary>
/// <param name="Name">The value of the parameter <c>model</c>.</param>
/// <param name="Endpoint">Its address.</param>
/// <param name="Description">For people.</param>
public sealed record ModelEndpoint(string Name, string Endpoint, string? Description = null);
