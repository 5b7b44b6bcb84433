using Spectre.Console;
using Spectre.Console.Rendering;

namespace Convergence.Cli.Progress;

/// <summary>
/// A part of the terminal that is redrawn in place, at most ten times a second, while lines scroll above it. Safe for use by many threads.
/// </summary>
/// <param name="console">The terminal.</param>
/// <param name="draw">Draws what the region shows now; never called twice at a time, nor beside a change.</param>
/// <param name="time">The clock.</param>
internal sealed class LiveRegion(IAnsiConsole console, Func<IRenderable> draw, TimeProvider time)
{
    private static readonly TimeSpan RedrawInterval = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private LiveDisplayContext? _context;
    private long _drawnAt = time.GetTimestamp();

    /// <summary>Shows the region for as long as work takes.</summary>
    public T Show<T>(Func<T> work) => console.Live(draw()).Start(context =>
    {
        lock (_lock)
        {
            _context = context;
        }

        try
        {
            return work();
        }
        finally
        {
            lock (_lock)
            {
                Redraw();
                _context = null;
            }
        }
    });

    /// <summary>Changes what is shown.</summary>
    /// <param name="change">Makes the change and says whether it must be seen at once.</param>
    public void Change(Func<bool> change)
    {
        lock (_lock)
        {
            if (change() || time.GetElapsedTime(_drawnAt) >= RedrawInterval)
            {
                Redraw();
            }
        }
    }

    /// <summary>Writes a line above the region.</summary>
    /// <param name="markup">Spectre's markup; values in it are shown as they are.</param>
    public void WriteLine(FormattableString markup)
    {
        lock (_lock)
        {
            console.MarkupLineInterpolated(markup);
        }
    }

    private void Redraw()
    {
        _drawnAt = time.GetTimestamp();
        _context?.UpdateTarget(draw());
    }
}
