using Convergence.Evolution.Spaces;

namespace Convergence.Evolution.Learning;

/// <summary>A trial of a former search, as a configuration of the space of the present one.</summary>
/// <param name="Configuration">What was tried.</param>
/// <param name="Loss">What came of it; lower is better. It compares within its search alone.</param>
/// <param name="Origin">Who proposed it; <see langword="null"/> where nobody wrote that down.</param>
public sealed record FormerTrial(Configuration Configuration, double Loss, string? Origin);
