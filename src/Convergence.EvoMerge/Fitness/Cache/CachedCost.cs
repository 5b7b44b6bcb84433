namespace Convergence.EvoMerge.Fitness.Cache;

/// <summary>What a model shape costs, as measured once by this run.</summary>
/// <param name="Shape">The shape's key.</param>
/// <param name="Cost">The figures.</param>
public sealed record CachedCost(string Shape, ShapeCost Cost);
