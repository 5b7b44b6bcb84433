using Convergence.Merging;

namespace Convergence.Cli.Progress;

/// <summary>How fast a merge writes and how long it has left, from when it was first asked.</summary>
internal sealed class MergePace(TimeProvider time)
{
    // Before this an estimate would only flicker.
    private static readonly TimeSpan TooShort = TimeSpan.FromMilliseconds(200);

    private readonly long _start = time.GetTimestamp();

    /// <summary>Bytes of output a second; <see langword="null"/> while nothing can be said.</summary>
    public double? BytesPerSecond(MergeProgress at)
    {
        var elapsed = time.GetElapsedTime(_start);
        return elapsed < TooShort || at.DoneByteCount == at.ReusedByteCount
            ? null
            : (at.DoneByteCount - at.ReusedByteCount) / elapsed.TotalSeconds;
    }

    /// <summary>Seconds until all is merged; <see langword="null"/> while nothing can be said.</summary>
    public double? SecondsLeft(MergeProgress at) => (at.TotalByteCount - at.DoneByteCount) / BytesPerSecond(at);
}
