using Convergence.EvoMerge.Configuration;

namespace Convergence.EvoMerge.Tests.Runs;

internal sealed class DeterminismTests
{
    private TinyJob _job = null!;

    [OneTimeSetUp]
    public void MakeModels() => _job = new TinyJob();

    [OneTimeTearDown]
    public void RemoveModels() => _job.Dispose();

    [Test]
    public void Run_AnyNumberOfWorkers_GivesTheSameChampionFitnessAndBytes()
    {
        var reference = Result(_job.NewConfig(("enable_parallel", "false")));

        Assert.That(Result(_job.NewConfig(("num_workers", "1"))), Is.EqualTo(reference), "one worker");
        Assert.That(Result(_job.NewConfig(("num_workers", "2"))), Is.EqualTo(reference), "two workers");
        Assert.That(Result(_job.NewConfig(("num_workers", "2"), ("batch_tokens", "64"))), Is.EqualTo(reference), "small batches");
        Assert.That(Result(_job.NewConfig(("enable_caching", "false"))), Is.EqualTo(reference), "no cache");
    }

    [Test]
    public void Run_OtherSeed_SearchesElsewhere() =>
        Assert.That(Result(_job.NewConfig(("seed", "4"))), Is.Not.EqualTo(Result(_job.NewConfig())));

    private static string Result(EvoMergeConfig config)
    {
        var summary = TinyJob.Run(config).Summary!;
        var bytes = File.ReadAllBytes(Path.Combine(config.Out, "model", "model.safetensors"));
        return string.Join(
            '\n',
            summary.ChampionRecipe,
            summary.Search.Fitness.ToString("R", System.Globalization.CultureInfo.InvariantCulture),
            string.Join(',', summary.History.Select(record => record.Summary.BestFitness)),
            string.Join(',', summary.Test.Contestants.Select(contestant => contestant.Fitness)),
            Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(bytes)));
    }
}
