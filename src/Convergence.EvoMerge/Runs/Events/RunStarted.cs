using System.Text.Json.Nodes;

namespace Convergence.EvoMerge.Runs;

/// <summary>The run is set up and about to begin.</summary>
/// <param name="Configuration">The effective configuration: every key with its value.</param>
/// <param name="Device">The device, in one line.</param>
/// <param name="Workers">Candidates evaluated at a time.</param>
/// <param name="ResumedFrom">The checkpoint's path; <see langword="null"/> for a fresh run.</param>
/// <param name="Generation">Generations that are done already.</param>
/// <param name="Evaluations">Evaluations that were made already: the checkpoint's, which count towards the budget.</param>
/// <param name="Together">Candidates that one worker scores in the same passes, at most.</param>
public sealed record RunStarted(
    JsonObject Configuration, string Device, int Workers, string? ResumedFrom, int Generation, int Evaluations = 0, int Together = 1)
    : RunEvent;
