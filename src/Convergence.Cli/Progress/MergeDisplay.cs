using Convergence.Cli.Hosting;
using Convergence.Merging;

namespace Convergence.Cli.Progress;

/// <summary>Shows how far a merge is, not more often than a reader wants to know. Used by the thread that merges.</summary>
internal abstract class MergeDisplay(TimeProvider time, TimeSpan interval) : IDisposable
{
    private long _shownAt = time.GetTimestamp();
    private bool _hasShown;

    protected MergePace Pace { get; } = new(time);

    /// <summary>A bar on a terminal, a line now and then in a pipe, an object a line for <c>--json</c>.</summary>
    public static MergeDisplay For(Terminal terminal, TimeProvider time, bool json) =>
        json ? new MergeJsonDisplay(terminal.Out, time)
        : terminal.IsInteractive ? new MergeBarDisplay(terminal.Raw, time)
        : new MergeLineDisplay(terminal.Out, time);

    public void Report(MergeProgress at)
    {
        // What is over before the first interval needs no display; what was shown is shown to its end.
        var isEnd = at.DoneByteCount == at.TotalByteCount;
        if (time.GetElapsedTime(_shownAt) >= interval || (isEnd && _hasShown))
        {
            _shownAt = time.GetTimestamp();
            _hasShown = true;
            Show(at);
        }
    }

    public void Dispose()
    {
        if (_hasShown)
        {
            Close();
        }
    }

    protected abstract void Show(MergeProgress at);

    /// <summary>Leaves the place clean for what is written next.</summary>
    protected virtual void Close()
    {
    }
}
