using System.Text.Json.Nodes;
using Convergence.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.EvoMerge.Fitness.Evaluation;

/// <summary>A candidate's weights, until the next batch is merged, or why there are none.</summary>
/// <param name="Config">The content of its <c>config.json</c>.</param>
/// <param name="Weights">Its tensors.</param>
/// <param name="Failure">Why it cannot be scored; <see langword="null"/> when it can.</param>
/// <param name="Note">The share of tensors on which slerp was linear, in words; mostly <see langword="null"/>.</param>
/// <param name="Seconds">Its share of the time that merging took.</param>
internal sealed record MergedCandidate(JsonObject? Config, ITensorSource? Weights, string? Failure, string? Note, double Seconds)
{
    /// <summary>Whether it failed for want of memory alone.</summary>
    public bool IsOutOfMemory { get; private init; }

    public static MergedCandidate Failed(Exception exception) =>
        new(null, null, Describe(exception), null, 0) { IsOutOfMemory = IsShortage(exception) };

    /// <summary>Whether an exception says that memory ran short, the device's or the process's.</summary>
    public static bool IsShortage(Exception exception) => exception is OutOfMemoryException or DeviceException { IsOutOfMemory: true };

    /// <summary>
    /// Whether an exception is the candidate's own failure. A cancellation ends the run, and of a lost device every other candidate would
    /// fail as well.
    /// </summary>
    public static bool IsFailure(Exception exception, CancellationToken cancellation) =>
        exception is not DeviceException { IsLost: true }
        && (exception is not OperationCanceledException || !cancellation.IsCancellationRequested);

    /// <summary>Why a candidate failed: what is meant for people as it is, a bug with its kind.</summary>
    public static string Describe(Exception exception) => exception switch
    {
        ConvergenceException => exception.Message,
        OutOfMemoryException => "there is not enough memory for the models and their activations. Lower num_workers or batch_tokens.",
        _ => $"{exception.GetType().Name}: {exception.Message}",
    };
}
