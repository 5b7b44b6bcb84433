using Convergence.Optimization.Calls.Spending;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.Runs;
using Convergence.Optimization.Runs.Evaluation;
using Convergence.Optimization.Runs.Events;

namespace Convergence.Optimization.Society;

/// <summary>The society of one run, as the run meets it. Does nothing where it is off. Not thread-safe.</summary>
internal sealed class RunSociety
{
    private readonly RunSetup _setup;
    private readonly Action<Spend> _charge;
    private readonly Reasoner? _reasoner;
    private readonly SocietyFiles? _files;

    /// <param name="setup">The run.</param>
    /// <param name="sampler">Through whom it proposes; <see langword="null"/> where it does not reason.</param>
    /// <param name="charge">Is told what calls cost.</param>
    public RunSociety(RunSetup setup, ReasonedSampler? sampler, Action<Spend> charge)
    {
        (_setup, _charge) = (setup, charge);
        _files = setup.Parts.Journal is { } journal ? new SocietyFiles(journal.DirectoryPath) : null;
        _reasoner = sampler is not null ? new Reasoner(setup.Parts.Society!.Model, sampler, setup) : null;
    }

    /// <summary>How many calls it makes at most.</summary>
    public static long MostCalls(OptimizationConfig config, SocietyParts parts)
    {
        var thoughts = config.Society.IsReasoning ? (config.Optimization.Evolution.Generations - 1) * Reasoner.Tries : 0;
        return thoughts + (config.Society.IsSelfAligning && parts.Judge is not null ? SelfAlignment.MostCalls : 0);
    }

    /// <summary>A difference of scores that the judge's noise explains; 0 where there is no judge, or nothing is known of it.</summary>
    public double TieBand { get; private set; }

    /// <summary>Calibrates the judge, before its grades decide anything.</summary>
    public async Task BeginAsync(CancellationToken cancellation)
    {
        if (!_setup.Config.Society.IsSelfAligning || _setup.Parts.Society is not { Judge: { } judge } parts)
        {
            return;
        }

        var alignment = new SelfAlignment(parts.Model, judge.Model, judge.Metric, _setup);
        var pairs = await alignment.RunAsync(_charge, cancellation).ConfigureAwait(false);
        if (pairs.IsEmpty)
        {
            _setup.Parts.Notes.Add("society: the judge is not calibrated: no pair of answers could be written and judged in both orders.");
            return;
        }

        var calibration = JudgeCalibration.Of(pairs);
        TieBand = JudgedShare * calibration.TieBand(_setup.Plan.Search.Length * _setup.Config.Evaluation.Repeats);
        _files?.Write(pairs, calibration);
        _setup.Parts.Notes.Add(calibration.Describe(judge.Metric.Name));
    }

    /// <summary>Thinks about what to try next.</summary>
    /// <param name="generation">1-based.</param>
    /// <param name="ranked">Configurations that met all cases, best first.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task ThinkAsync(int generation, IReadOnlyList<Entrant> ranked, CancellationToken cancellation)
    {
        if (_reasoner is not null)
        {
            await _reasoner.ThinkAsync(generation, ranked, _charge, cancellation).ConfigureAwait(false);
            if (_reasoner.Thoughts is [.., var thought] && thought.Generation == generation)
            {
                _setup.Progress.Report(new Noted($"society, before generation {generation}: {thought.Text}"));
            }
        }
    }

    /// <summary>Learns what came of it.</summary>
    public void Learn(int generation, IReadOnlyCollection<Entrant> entrants)
    {
        if (_reasoner is { Thoughts.Count: > 0 })
        {
            _reasoner.Reward(generation, entrants);
            _files?.Write(_reasoner.Thoughts, _setup.Parts.Space.ToParameters);
        }
    }

    // How much of the score is judged.
    private double JudgedShare
    {
        get
        {
            var metrics = _setup.Config.Evaluation.Metrics;
            var judged = metrics.Where(metric => metric.Kind == MetricKind.LlmJudge).Sum(metric => metric.Weight);
            return judged / Math.Max(double.Epsilon, metrics.Sum(metric => metric.Weight));
        }
    }
}
