namespace Convergence.Merging;

/// <summary>A merge to be made together with others.</summary>
/// <param name="Plan">What to make.</param>
/// <param name="Target">Where; no other job of the same call may have it.</param>
public sealed record MergeJob(MergePlan Plan, MergeTarget Target);
