using System.Text.Json.Nodes;

namespace Convergence.Optimization.TestCases;

/// <summary>One thing that the API is asked, and what is expected of its answer. Its JSON is not changed by anybody.</summary>
public sealed record TestCase
{
    /// <value>Unique in its file.</value>
    public required string Id { get; init; }

    public string? Description { get; init; }

    /// <value>Becomes part of the call's body.</value>
    public required JsonObject Input { get; init; }

    /// <value>Free: evaluators know the keys.</value>
    public JsonObject Expected { get; init; } = [];

    public JsonObject Metadata { get; init; } = [];

    /// <value>Its share in a configuration's score (<c>metadata.weight</c>), above 0. Default 1.</value>
    public double Weight { get; init; } = 1;

    /// <value>The case that this one was made from; <see langword="null"/> for one that somebody wrote.</value>
    public string? Original { get; init; }
}
