using System.Globalization;
using Convergence.EvoMerge.Results.Reports;
using Convergence.EvoMerge.Runs;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Convergence.Cli.Progress;

/// <summary>The state of a run as a panel: generation, fitness, diversity, pace and time left.</summary>
internal sealed class LivePanel(string jobName)
{
    private const int CurveWidth = 40;

    private readonly List<double?> _best = [];
    private readonly List<double?> _mean = [];
    private readonly List<double?> _diversity = [];
    private GenerationCompleted? _last;
    private RunPhase _phase;
    private string _device = string.Empty;
    private int _evaluations;
    private int _cacheHits;
    private int _failures;
    private int _phaseSize;
    private int _phaseDone;

    /// <summary>What the run is busy with.</summary>
    public string Phase { get; set; } = "starting";

    /// <summary>Takes an event in.</summary>
    /// <returns>Whether it should be seen at once.</returns>
    public bool Take(RunEvent value)
    {
        switch (value)
        {
            case RunStarted started:
                _device = started.Device;
                _evaluations = started.Evaluations;
                return true;
            case CandidateEvaluated { Generation: < 0 }:
                // Parents, finalists and the models of the test are no candidates of the search.
                _phaseDone++;
                return false;
            case CandidateEvaluated candidate:
                _evaluations += candidate.FromCache ? 0 : 1;
                _cacheHits += candidate.FromCache ? 1 : 0;
                _failures += candidate.Failure is null ? 0 : 1;
                return false;
            case GenerationCompleted generation:
                _last = generation;
                _best.Add(generation.Record.Summary.BestFitness);
                _mean.Add(generation.Record.Summary.MeanFitness);
                _diversity.Add(generation.Record.Summary.Diversity);
                return true;
            case PhaseStarted started:
                (_phase, _phaseSize, _phaseDone) = (started.Phase, started.Evaluations, 0);
                return true;
            default:
                return value is RunCompleted;
        }
    }

    public IRenderable Draw()
    {
        var grid = new Grid()
            .AddColumn(new GridColumn().NoWrap().PadRight(2))
            .AddColumn(new GridColumn().NoWrap().PadRight(2))
            .AddColumn(new GridColumn().NoWrap());
        grid.AddRow(Faint("now"), new Text(Phase), Plain(_phaseSize > 0 ? $"{_phaseDone} of {_phaseSize}" : ""));
        if (_last is { } last)
        {
            var summary = last.Record.Summary;
            var done = summary.Generation + 1;
            grid.AddRow(Faint("generation"), Plain($"{done} of {last.GenerationCount}"), Bar(done, last.GenerationCount));
            var (best, technique) = (summary.BestFitness ?? double.NaN, last.Record.BestTechnique ?? string.Empty);
            grid.AddRow(
                Faint("best fitness"),
                new Markup($"[bold green]{ReportFormat.Fitness(best)}[/] {Markup.Escape(technique)}"),
                Curve(_best, "green"));
            grid.AddRow(Faint("mean fitness"), Plain(ReportFormat.Fitness(summary.MeanFitness ?? double.NaN)), Curve(_mean, "yellow"));
            grid.AddRow(
                Faint("diversity"), Plain(summary.Diversity.ToString("0.000", CultureInfo.InvariantCulture)), Curve(_diversity, "blue"));
            grid.AddRow(Faint("time left"), Plain(TimeLeft(last)), Text.Empty);
        }

        var pace = _last is { EvaluationsPerSecond: > 0 } paced
            ? string.Create(CultureInfo.InvariantCulture, $"{paced.EvaluationsPerSecond:0.0} a second")
            : string.Empty;
        var failed = _failures > 0 ? string.Create(CultureInfo.InvariantCulture, $", {_failures} failed") : string.Empty;
        grid.AddRow(Faint("evaluations"), Plain($"{_evaluations} (cached {_cacheHits}{failed})"), new Text(pace, new Style(Color.Grey)));
        return new Panel(grid)
            .Header($"[bold] {Markup.Escape(jobName)} [/][grey]{Markup.Escape(_device)} [/]")
            .RoundedBorder()
            .BorderColor(Color.Grey)
            .Expand();
    }

    // The estimate covers the generations; what comes after them is short and not foreseen.
    private string TimeLeft(GenerationCompleted last) =>
        _phase == RunPhase.Evolving && last.Remaining is { } left ? ReportFormat.Duration(left.TotalSeconds) : ReportFormat.Missing;

    private static Text Faint(string text) => new(text, new Style(Color.Grey));

    private static Text Plain(string text) => new(text);

    private static Text Plain(FormattableString text) => new(FormattableString.Invariant(text));

    private static Markup Curve(List<double?> values, string colour) => new($"[{colour}]{Sparkline.Of(values, CurveWidth)}[/]");

    private static Markup Bar(int done, int count)
    {
        var filled = count == 0 ? 0 : (int)Math.Round((double)CurveWidth * done / count);
        return new Markup($"[green]{new string('━', filled)}[/][grey]{new string('─', CurveWidth - filled)}[/]");
    }
}
