using Convergence.Cli.Hosting;
using Convergence.EvoMerge.Runs;
using Spectre.Console;

namespace Convergence.Cli.Progress;

/// <summary>
/// For a person at a terminal: a panel that is redrawn in place, at most ten times a second, with notes scrolling above it.
/// </summary>
internal sealed class LiveDisplay : RunDisplay
{
    private readonly LivePanel _panel;
    private readonly LiveRegion _region;

    public LiveDisplay(IAnsiConsole console, string jobName, TimeProvider time)
    {
        _panel = new LivePanel(jobName);
        _region = new LiveRegion(console, _panel.Draw, time);
    }

    public override RunOutcome Show(Func<RunOutcome> work) => _region.Show(work);

    public override void Report(RunEvent value) => _region.Change(() =>
    {
        var isUrgent = _panel.Take(value);
        switch (value)
        {
            case PhaseStarted phase:
                _panel.Phase = NameOf(phase.Phase);
                break;
            case RunNote note:
                _region.WriteLine($"[grey]note:[/] {VisibleTextWriter.Of(note.Text)}");
                break;
        }

        return isUrgent;
    });

    public override void Notice(string text) => _region.WriteLine($"[yellow]{text}[/]");
}
