using Convergence.Cli.Hosting;
using Convergence.Cli.Progress;
using Convergence.Optimization.Runs;
using Convergence.Optimization.Runs.Events;
using Spectre.Console;

namespace Convergence.Cli.Optimizing;

/// <summary>
/// For a person at a terminal: a panel that is redrawn in place, at most ten times a second, with notes scrolling above it.
/// </summary>
internal sealed class LiveOptimizationDisplay : OptimizationDisplay
{
    private readonly OptimizationPanel _panel;
    private readonly LiveRegion _region;

    public LiveOptimizationDisplay(IAnsiConsole console, string name, TimeProvider time)
    {
        _panel = new OptimizationPanel(name, time);
        _region = new LiveRegion(console, _panel.Draw, time);
    }

    public override OptimizationResult Show(Func<OptimizationResult> work) => _region.Show(work);

    public override void Report(OptimizationEvent value) => _region.Change(() =>
    {
        var isUrgent = _panel.Take(value);
        if (value is Noted note)
        {
            _region.WriteLine($"[grey]note:[/] {VisibleTextWriter.Of(note.Message)}");
        }

        return isUrgent;
    });
}
