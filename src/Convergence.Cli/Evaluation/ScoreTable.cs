using System.Globalization;
using Convergence.EvoMerge.Results.Reports;
using Convergence.LanguageModels.Tasks;

namespace Convergence.Cli.Evaluation;

/// <summary>Scores as aligned lines, each written as soon as it is known.</summary>
internal sealed class ScoreTable
{
    private readonly TextWriter _output;
    private readonly int _nameWidth;

    public ScoreTable(TextWriter output, IReadOnlyList<PreparedTask> tasks)
    {
        _output = output;
        _nameWidth = Math.Max(4, tasks.Max(task => task.Task.Name.Length));
        WriteLine("task", "metric", "score", "95 % interval", "examples", "tokens/s");
    }

    public void Add(ScoredTask task)
    {
        var speed = task.Elapsed > TimeSpan.Zero ? task.Result.ScoredTokenCount / task.Elapsed.TotalSeconds : 0;
        WriteLine(
            task.Score.Task,
            task.Score.Metric,
            ReportFormat.Score(task.Score),
            ReportFormat.ScoreInterval(task.Score),
            task.Score.ExampleCount.ToString(CultureInfo.InvariantCulture),
            speed.ToString("#,0", CultureInfo.InvariantCulture));
    }

    private void WriteLine(string task, string metric, string score, string interval, string examples, string speed)
    {
        _output.WriteLine($"{task.PadRight(_nameWidth)}  {metric,-12}  {score,10}  {interval,20}  {examples,8}  {speed,10}");
        _output.Flush();
    }
}
