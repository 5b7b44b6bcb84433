using System.Text.Json.Nodes;
using Convergence.EvoMerge.Results;

namespace Convergence.EvoMerge.Tests.Runs;

internal sealed class EvolutionRunTests
{
    private TinyJob _job = null!;

    [OneTimeSetUp]
    public void MakeModels() => _job = new TinyJob();

    [OneTimeTearDown]
    public void RemoveModels() => _job.Dispose();

    [Test]
    public void Run_TinyJob_WritesEverythingOfTheHandOff()
    {
        var config = _job.NewConfig();
        var outcome = TinyJob.Run(config);

        Assert.That(outcome.StopReason, Is.EqualTo(StopReason.Generations));
        Assert.That(outcome.OutputDirectory, Is.EqualTo(config.Out));
        var files = Directory.GetFiles(config.Out, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(config.Out, file));
        Assert.That(files, Is.SupersetOf(new[]
        {
            "recipe.yaml", "result.json", "history.csv", "report.md", "report.html",
            "model/config.json", "model/model.safetensors", "model/tokenizer.json", "model/README.md",
        }));
        var result = JsonNode.Parse(File.ReadAllText(Path.Combine(config.Out, "result.json")))!;
        Assert.That((string)result["model"]!, Is.EqualTo("model"));
        Assert.That((int)result["phase_2_metrics"]!["generations"]!, Is.EqualTo(4));
        Assert.That((double)result["phase_2_metrics"]!["fitness"]!, Is.InRange(0, 1));
        Assert.That((bool)result["ready_for_quietstar"]!, Is.True);
    }

    [Test]
    public void Run_TinyJob_ComparesChampionWithParentsAndPlainAverage()
    {
        var summary = TinyJob.Run(_job.NewConfig()).Summary!;

        Assert.That(
            summary.Test.Contestants.Select(contestant => contestant.Name),
            Is.EqualTo(new[] { "champion", "first", "second", "third", "base", "plain average" }));
        Assert.That(summary.Test.Comparisons, Has.Length.EqualTo(5));
        Assert.That(summary.Test.Contestants.SelectMany(contestant => contestant.Tasks), Has.All.Matches<TaskScore>(
            score => score!.Lower95 <= score.Value && score.Value <= score.Upper95));
        Assert.That(summary.History, Has.Length.EqualTo(4));
        Assert.That(summary.Search.Fitness, Is.LessThanOrEqualTo(summary.History[^1].Summary.BestFitness ?? 0));
    }

    [Test]
    public void Create_OutputExists_RefusesBeforeAnyWork()
    {
        var config = _job.NewConfig();
        Directory.CreateDirectory(config.Out);

        Assert.That(() => TinyJob.Run(config), Throws.InstanceOf<ConvergenceException>().With.Message.Contains("already exists"));
        Assert.That(Directory.Exists(config.Checkpoints), Is.False);
    }
}
