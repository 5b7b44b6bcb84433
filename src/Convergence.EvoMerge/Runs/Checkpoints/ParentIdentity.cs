namespace Convergence.EvoMerge.Runs.Checkpoints;

/// <summary>A model that a run merges, by content.</summary>
/// <param name="Name">What reports call it.</param>
/// <param name="ContentHash">SHA-256 of its configuration and weights, in hexadecimal.</param>
public sealed record ParentIdentity(string Name, string ContentHash);
