namespace Convergence.Optimization.Results.Importance;

/// <summary>How much of the differences between scores a parameter explains by itself.</summary>
/// <param name="Name">The parameter.</param>
/// <param name="Share">Of the variance over the whole space, in [0, 1]: the mean over the trees.</param>
/// <param name="Lower">Nine of ten trees give at least this.</param>
/// <param name="Upper">Nine of ten trees give at most this.</param>
public sealed record ParameterShare(string Name, double Share, double Lower, double Upper);
