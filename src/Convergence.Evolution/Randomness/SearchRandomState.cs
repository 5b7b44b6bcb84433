namespace Convergence.Evolution.Randomness;

/// <summary>The four words of a xoshiro256** generator.</summary>
public readonly record struct SearchRandomState(ulong S0, ulong S1, ulong S2, ulong S3);
