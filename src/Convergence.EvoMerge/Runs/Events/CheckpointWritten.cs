namespace Convergence.EvoMerge.Runs;

/// <summary>A checkpoint is safely on disk.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Generation">Generations told so far.</param>
public sealed record CheckpointWritten(string Path, int Generation) : RunEvent;
