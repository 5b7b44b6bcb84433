namespace Convergence.EvoMerge.Runs;

/// <summary>
/// Something that a run tells while it works. Events are reported one at a time, on whatever thread did the work, and in order;
/// a receiver should return quickly.
/// </summary>
public abstract record RunEvent;
