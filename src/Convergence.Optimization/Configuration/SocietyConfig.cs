namespace Convergence.Optimization.Configuration;

/// <summary>Models that reason about the search (key <c>society</c>).</summary>
public sealed record SocietyConfig
{
    /// <value>Default: no.</value>
    public bool IsEnabled { get; init; }

    /// <value>Whether a model reasons about failures and proposes configurations. Default: yes.</value>
    public bool IsReasoning { get; init; } = true;

    /// <value>Whether the judge is calibrated on self-made preferences. Default: yes.</value>
    public bool IsSelfAligning { get; init; } = true;

    /// <value>The model; <see langword="null"/> (default): none, so that both are off.</value>
    public JudgeConfig? Model { get; init; }
}
