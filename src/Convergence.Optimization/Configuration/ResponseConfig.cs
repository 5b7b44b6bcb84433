namespace Convergence.Optimization.Configuration;

/// <summary>Where a plain JSON API says how a call went (key <c>api.response</c>); dots lead into maps.</summary>
public sealed record ResponseConfig
{
    /// <value>A field that is false when the call failed. Default: none is looked at.</value>
    public string? SuccessField { get; init; }

    /// <value>The field that holds what evaluators are given. Default: the whole body.</value>
    public string? ResultField { get; init; }

    /// <value>The field that says why a call failed. Default: none is looked at.</value>
    public string? ErrorField { get; init; }
}
