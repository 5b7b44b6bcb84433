using Microsoft.Extensions.Logging;

namespace Convergence.Cli.Logging;

/// <summary>Every event of a run's log, with its number and name. Numbers are never used again for something else.</summary>
internal static partial class RunLogEvents
{
    [LoggerMessage(
        100,
        LogLevel.Information,
        "Run {Job} started with seed {Seed} on {Device}, {Workers} at a time, "
        + "from generation {Generation} and {Evaluations} evaluations (checkpoint {ResumedFrom}): {Configuration}",
        EventName = "RunStarted")]
    public static partial void RunStarted(
        ILogger logger, string job, ulong seed, string device, int workers,
        int generation, int evaluations, string? resumedFrom, string configuration);

    [LoggerMessage(101, LogLevel.Information, "Phase {Phase}", EventName = "PhaseStarted")]
    public static partial void PhaseStarted(ILogger logger, string phase);

    [LoggerMessage(
        102,
        LogLevel.Information,
        "Generation {Generation} of {GenerationCount}: best {BestFitness}, mean {MeanFitness}, diversity {Diversity}, "
        + "evaluations {EvaluationCount}, cache hits {CacheHitCount}, failures {FailureCount}, immigrants {ImmigrantCount}, "
        + "mutation strength {MutationStrength}, best technique {BestTechnique}, "
        + "merge {MergeSeconds} s, score {ScoreSeconds} s, elapsed {ElapsedSeconds} s",
        EventName = "GenerationCompleted")]
    public static partial void GenerationCompleted(
        ILogger logger,
        int generation,
        int generationCount,
        double? bestFitness,
        double? meanFitness,
        double diversity,
        int evaluationCount,
        int cacheHitCount,
        int failureCount,
        int immigrantCount,
        double mutationStrength,
        string? bestTechnique,
        double mergeSeconds,
        double scoreSeconds,
        double elapsedSeconds);

    [LoggerMessage(103, LogLevel.Information, "Checkpoint {Path} after generation {Generation}", EventName = "CheckpointWritten")]
    public static partial void CheckpointWritten(ILogger logger, string path, int generation);

    [LoggerMessage(
        104,
        LogLevel.Debug,
        "Candidate of generation {Generation}: {Technique}, fitness {Fitness}, from cache {FromCache}, "
        + "merge {MergeSeconds} s, score {ScoreSeconds} s, failure {Failure}",
        EventName = "CandidateEvaluated")]
    public static partial void CandidateEvaluated(
        ILogger logger, int generation, string technique, double? fitness,
        bool fromCache, double mergeSeconds, double scoreSeconds, string? failure);

    [LoggerMessage(105, LogLevel.Information, "Note: {Text}", EventName = "RunNote")]
    public static partial void RunNote(ILogger logger, string text);

    [LoggerMessage(
        106,
        LogLevel.Information,
        "Run ended: {StopReason}, checkpoint {CheckpointPath}, results in {OutputDirectory}",
        EventName = "RunCompleted")]
    public static partial void RunCompleted(ILogger logger, string stopReason, string checkpointPath, string? outputDirectory);

    [LoggerMessage(190, LogLevel.Information, "Run stopped: {Reason}", EventName = "RunRefused")]
    public static partial void RunRefused(ILogger logger, string reason);

    [LoggerMessage(199, LogLevel.Critical, "Run failed unexpectedly", EventName = "RunFailed")]
    public static partial void RunFailed(ILogger logger, Exception exception);
}
