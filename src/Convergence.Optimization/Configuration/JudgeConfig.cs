namespace Convergence.Optimization.Configuration;

/// <summary>A model that judges answers (key <c>evaluation.judge</c>; without it <c>society.llm</c>).</summary>
public sealed record JudgeConfig
{
    public required string Endpoint { get; init; }

    public required string Model { get; init; }

    public AdapterKind Adapter { get; init; } = AdapterKind.Auto;

    public AuthConfig Auth { get; init; } = new();

    /// <value>How often each answer is judged, from 1. Default 1.</value>
    public int Repeats { get; init; } = 1;

    /// <value>Whether answers are also compared with the reference in both orders. Default: yes where a reference is there.</value>
    public bool SwapsPositions { get; init; } = true;

    public double Temperature { get; init; }

    public int MaxTokens { get; init; } = 512;
}
