using System.Globalization;
using Convergence.Cli.Hosting;
using Convergence.Cli.Progress;
using Convergence.Optimization.Results;
using Convergence.Optimization.Runs;
using Convergence.Optimization.Runs.Events;
using Convergence.Reporting;
using Spectre.Console;
using Spectre.Console.Rendering;
using Markup = Spectre.Console.Markup;

namespace Convergence.Cli.Optimizing;

/// <summary>The state of an optimization as a panel: generation, score, spend, pace and time left.</summary>
/// <param name="name">What is optimised.</param>
/// <param name="time">The clock, for the pace.</param>
internal sealed class OptimizationPanel(string name, TimeProvider time)
{
    private const int CurveWidth = 40;

    // Before this a pace would only flicker.
    private static readonly TimeSpan TooShort = TimeSpan.FromSeconds(1);

    private readonly long _start = time.GetTimestamp();
    private readonly List<double?> _best = [];
    private readonly List<double?> _mean = [];
    private GenerationFinished? _last;
    private ConfigurationOutcome? _leader;
    private RunForecast? _forecast;
    private int _configurations;
    private int _calls;
    private int _kept;
    private int _failed;
    private double _dollars;

    /// <summary>Takes an event in.</summary>
    /// <returns>Whether it should be seen at once.</returns>
    public bool Take(OptimizationEvent value)
    {
        switch (value)
        {
            case RunStarted started:
                _forecast = started.Forecast;
                return true;
            case CaseFinished call:
                _calls += call.IsReplayed ? 0 : 1;
                _kept += call.IsReplayed ? 1 : 0;
                _failed += call.Outcome.IsSuccess ? 0 : 1;
                _dollars += call.IsReplayed ? 0 : call.Outcome.CostUsd ?? 0;
                return false;
            case ConfigurationFinished finished:
                _configurations++;
                _leader = finished.Outcome is { IsPruned: false, Score: { } score } && !(score <= _leader?.Score)
                    ? finished.Outcome
                    : _leader;
                return false;
            case GenerationFinished generation:
                _last = generation;
                _best.Add(generation.BestScore);
                _mean.Add(generation.MeanScore);
                return true;
            default:
                return value is RunFinished;
        }
    }

    public IRenderable Draw()
    {
        var grid = new Grid()
            .AddColumn(new GridColumn().NoWrap().PadRight(2))
            .AddColumn(new GridColumn().NoWrap().PadRight(2))
            .AddColumn(new GridColumn());
        if (_last is { } last)
        {
            grid.AddRow(Faint("generation"), Plain($"{last.Generation} of {last.Of}"), Bar(last.Generation, last.Of));
            grid.AddRow(Faint("best score"), new Markup($"[bold green]{ResultText.Score(last.BestScore)}[/]"), Curve(_best, "green"));
            grid.AddRow(Faint("mean score"), Plain($"{ResultText.Score(last.MeanScore)}"), Curve(_mean, "yellow"));
        }

        var most = _forecast is { } forecast ? $" of at most {ReadableText.Count(forecast.Calls.Most)}" : "";
        grid.AddRow(Faint("configurations"), Plain($"{_configurations}"), new Text(_leader is null ? "" : Leader(_leader)));
        grid.AddRow(Faint("calls"), Plain($"{_calls}{most}"), new Text(Pace(), new Style(Color.Grey)));
        grid.AddRow(Faint("spent"), new Text(Dollars()), new Text(Failures(), new Style(Color.Grey)));
        grid.AddRow(Faint("time left"), new Text(TimeLeft()), Text.Empty);
        return new Panel(grid)
            .Header($"[bold] {Markup.Escape(VisibleTextWriter.Of(name))} [/]")
            .RoundedBorder()
            .BorderColor(Color.Grey)
            .Expand();
    }

    private static string Leader(ConfigurationOutcome leader) => VisibleTextWriter.Of($"best: {ResultText.Parameters(leader)}");

    private string Dollars() =>
        ResultText.Dollars((decimal)Math.Min(_dollars, 1e12))
        + (_forecast?.Dollars is { } forecast ? $" of at most {ResultText.Dollars(forecast.Most)}" : "");

    private string Pace()
    {
        var elapsed = time.GetElapsedTime(_start);
        var pace = elapsed >= TooShort && _calls > 0 ? $"{ReadableText.Fixed(_calls / elapsed.TotalSeconds, "0.0")} a second" : "";
        return _kept > 0 ? $"{pace}{(pace.Length > 0 ? ", " : "")}{ReadableText.Count(_kept)} kept from before" : pace;
    }

    private string Failures() => _failed > 0 ? $"{ReadableText.Count(_failed)} calls failed" : "";

    private string TimeLeft() => _last?.Left is { } left ? ReadableText.Duration(left.TotalSeconds) : ReadableText.Missing;

    private static Text Faint(string text) => new(text, new Style(Color.Grey));

    private static Text Plain(FormattableString text) => new(text.ToString(CultureInfo.InvariantCulture));

    private static Markup Curve(List<double?> values, string colour) => new($"[{colour}]{Sparkline.Of(values, CurveWidth)}[/]");

    private static Markup Bar(int done, int count)
    {
        var filled = count == 0 ? 0 : (int)Math.Round((double)CurveWidth * done / count);
        return new Markup($"[green]{new string('━', filled)}[/][grey]{new string('─', CurveWidth - filled)}[/]");
    }
}
