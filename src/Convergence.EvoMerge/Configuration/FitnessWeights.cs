namespace Convergence.EvoMerge.Configuration;

/// <summary>
/// What each objective counts for in the composite fitness; each at least 0, their sum above 0. They are shares: only their
/// ratios matter. Objectives that cannot move in a run are left out and the rest renormalised.
/// </summary>
/// <param name="Perplexity">Default 0.4.</param>
/// <param name="Accuracy">Default 0.3.</param>
/// <param name="Speed">Default 0.2.</param>
/// <param name="Memory">Default 0.1.</param>
public sealed record FitnessWeights(double Perplexity = 0.4, double Accuracy = 0.3, double Speed = 0.2, double Memory = 0.1)
{
    public double Sum => Perplexity + Accuracy + Speed + Memory;
}
