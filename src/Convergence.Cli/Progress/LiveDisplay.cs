using Convergence.Cli.Hosting;
using Convergence.EvoMerge.Runs;
using Spectre.Console;

namespace Convergence.Cli.Progress;

/// <summary>
/// For a person at a terminal: a panel that is redrawn in place, at most ten times a second, with notes scrolling above it.
/// </summary>
internal sealed class LiveDisplay : RunDisplay
{
    private static readonly TimeSpan RedrawInterval = TimeSpan.FromMilliseconds(100);

    private readonly IAnsiConsole _console;
    private readonly LivePanel _panel;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private LiveDisplayContext? _context;
    private long _drawnAt;

    public LiveDisplay(IAnsiConsole console, string jobName, TimeProvider time)
    {
        _console = console;
        _time = time;
        _panel = new LivePanel(jobName);
        _drawnAt = time.GetTimestamp();
    }

    public override RunOutcome Show(Func<RunOutcome> work) => _console.Live(_panel.Draw()).Start(context =>
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

    public override void Report(RunEvent value)
    {
        lock (_lock)
        {
            var isUrgent = _panel.Take(value);
            switch (value)
            {
                case PhaseStarted phase:
                    _panel.Phase = NameOf(phase.Phase);
                    break;
                case RunNote note:
                    _console.MarkupLineInterpolated($"[grey]note:[/] {VisibleTextWriter.Of(note.Text)}");
                    break;
            }

            if (isUrgent || _time.GetElapsedTime(_drawnAt) >= RedrawInterval)
            {
                Redraw();
            }
        }
    }

    public override void Notice(string text)
    {
        lock (_lock)
        {
            _console.MarkupLineInterpolated($"[yellow]{text}[/]");
        }
    }

    private void Redraw()
    {
        _drawnAt = _time.GetTimestamp();
        _context?.UpdateTarget(_panel.Draw());
    }
}
