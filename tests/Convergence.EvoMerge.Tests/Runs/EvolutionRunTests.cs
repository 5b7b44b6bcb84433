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
    public void Run_ModelsElsewhere_AreNamedInTheCardAndFoundByTheRecipe()
    {
        var config = _job.NewConfig(("generations", "1"));
        TinyJob.Run(config);

        var card = File.ReadAllText(Path.Combine(config.Out, "model", "README.md"));
        Assert.That(card, Does.Contain("| first | parent |").And.Not.Contain(_job.Combine()));
        Assert.That(File.ReadAllText(Path.Combine(config.Out, "recipe.yaml")), Does.Contain(_job.Combine("first")));
    }

    [Test]
    public void Run_TinyJob_ComparesChampionWithParentsAndPlainAverage()
    {
        var summary = TinyJob.Run(_job.NewConfig()).Summary!;

        Assert.That(
            summary.Test.Contestants.Select(contestant => contestant.Name),
            Is.EqualTo(new[] { "champion", "first", "second", "third", "base", "plain average", "best starting recipe" }));
        Assert.That(summary.Test.Comparisons, Has.Length.EqualTo(6));
        Assert.That(summary.Test.Contestants.SelectMany(contestant => contestant.Tasks), Has.All.Matches<TaskScore>(
            score => score!.Lower95 <= score.Value && score.Value <= score.Upper95));
        Assert.That(summary.History, Has.Length.EqualTo(4));
        Assert.That(summary.Search.Fitness, Is.LessThanOrEqualTo(summary.History[^1].Summary.BestFitness ?? 0));
    }

    [Test]
    public void Run_OnlyHandMadeRecipes_AddsNothingToTheBestOfThem()
    {
        // Six seeds fill the one generation, and one finalist leaves the validation split no choice: the champion is the best of the seeds.
        var summary = TinyJob.Run(_job.NewConfig(("generations", "1"), ("finalists", "1"))).Summary!;
        var start = summary.Test.Contestants[^1];

        Assert.That(start.Role, Is.EqualTo(ContestantRole.StartingRecipe));
        Assert.That(start.Fitness, Is.EqualTo(summary.Test.Contestants[0].Fitness));
        Assert.That(summary.StartingTechnique, Is.EqualTo(summary.ChampionTechnique));
        var comparison = summary.Test.Comparisons[^1];
        Assert.That((comparison.RelativeGain, comparison.Lower95, comparison.Upper95), Is.EqualTo((0.0, 0.0, 0.0)));
    }

    [Test]
    public void Run_Resumed_NamesTheSameStartingRecipe()
    {
        var config = _job.NewConfig();
        var whole = TinyJob.Run(config).Summary!;
        var resumed =
            TinyJob.Run(config with { Out = config.Out + "-resumed" }, Path.Combine(config.Checkpoints, "generation_0002.json")).Summary!;

        Assert.That(resumed.StartingTechnique, Is.EqualTo(whole.StartingTechnique));
        Assert.That(resumed.Test.Contestants[^1].Fitness, Is.EqualTo(whole.Test.Contestants[^1].Fitness));
        Assert.That(resumed.Test.Comparisons[^1], Is.EqualTo(whole.Test.Comparisons[^1]));
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
