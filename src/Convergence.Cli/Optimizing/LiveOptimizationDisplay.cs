using Convergence.Cli.Hosting;
using Convergence.Optimization.Runs;
using Convergence.Optimization.Runs.Events;
using Spectre.Console;

namespace Convergence.Cli.Optimizing;

/// <summary>
/// For a person at a terminal: a panel that is redrawn in place, at most ten times a second, with notes scrolling above it.
/// </summary>
internal sealed class LiveOptimizationDisplay : OptimizationDisplay
{
    private static readonly TimeSpan RedrawInterval = TimeSpan.FromMilliseconds(100);

    private readonly IAnsiConsole _console;
    private readonly OptimizationPanel _panel;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private LiveDisplayContext? _context;
    private long _drawnAt;

    public LiveOptimizationDisplay(IAnsiConsole console, string name, TimeProvider time)
    {
        (_console, _time) = (console, time);
        _panel = new OptimizationPanel(name, time);
        _drawnAt = time.GetTimestamp();
    }

    public override OptimizationResult Show(Func<OptimizationResult> work) => _console.Live(_panel.Draw()).Start(context =>
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

    public override void Report(OptimizationEvent value)
    {
        lock (_lock)
        {
            var isUrgent = _panel.Take(value);
            if (value is Noted note)
            {
                _console.MarkupLineInterpolated($"[grey]note:[/] {VisibleTextWriter.Of(note.Message)}");
            }

            if (isUrgent || _time.GetElapsedTime(_drawnAt) >= RedrawInterval)
            {
                Redraw();
            }
        }
    }

    private void Redraw()
    {
        _drawnAt = _time.GetTimestamp();
        _context?.UpdateTarget(_panel.Draw());
    }
}
