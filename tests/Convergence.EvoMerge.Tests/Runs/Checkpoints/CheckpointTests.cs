using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Convergence.Evolution.Search;
using Convergence.EvoMerge.Configuration;
using Convergence.EvoMerge.Fitness;
using Convergence.EvoMerge.Fitness.Cache;
using Convergence.EvoMerge.Genomes;
using Convergence.EvoMerge.Results;
using Convergence.EvoMerge.Runs;
using Convergence.EvoMerge.Runs.Checkpoints;
using Convergence.Testing;

namespace Convergence.EvoMerge.Tests.Runs.Checkpoints;

internal sealed class CheckpointTests
{
    private static readonly MergeGenomeSpace Space = new(
        [.. Enum.GetValues<MergeTechnique>()], new GeneLayout(modelCount: 3, hasBase: true, groupCount: 3), new LayerBounds(4, 2, 7));

    private TemporaryDirectory _directory = null!;

    [SetUp]
    public void MakeDirectory() => _directory = new TemporaryDirectory();

    [TearDown]
    public void RemoveDirectory() => _directory.Dispose();

    [Test]
    public void Read_WrittenCheckpoint_GoesOnExactlyLikeTheOriginal()
    {
        var search = new GeneticSearch<MergeGenome>(Space, new GeneticSearchOptions(), 7);
        for (var generation = 0; generation < 5; generation++)
        {
            search.Tell(Outcomes(search.Ask()));
        }

        search.Ask();
        CheckpointFile.Write(_directory.Combine("c.json"), Sample(search));
        var read = CheckpointFile.Read(_directory.Combine("c.json"));
        var resumed = new GeneticSearch<MergeGenome>(Space, new GeneticSearchOptions(), read.Search);

        Assert.That(read.Generation, Is.EqualTo(5));
        for (var generation = 0; generation < 5; generation++)
        {
            Assert.That(resumed.Ask(), Is.EqualTo(search.Ask()));
            var outcomes = Outcomes(search.Ask());
            Assert.That(resumed.Tell(outcomes).MeanFitness, Is.EqualTo(search.Tell(outcomes).MeanFitness));
        }
    }

    [Test]
    public void Read_WrittenCheckpoint_KeepsEveryPart()
    {
        var written = Sample(Searched(1));
        CheckpointFile.Write(_directory.Combine("c.json"), written);
        var read = CheckpointFile.Read(_directory.Combine("c.json"));

        Assert.That(read.Job.DifferencesTo(written.Job), Is.Empty);
        Assert.That(read.Scores.Single().Tasks, Is.EqualTo(written.Scores.Single().Tasks));
        Assert.That(read.Costs, Is.EqualTo(written.Costs));
        Assert.That(read.Finalists, Is.EqualTo(written.Finalists));
        Assert.That(read.History.Single().ElapsedSeconds, Is.EqualTo(written.History.Single().ElapsedSeconds));
        Assert.That(read.Notes, Is.EqualTo(written.Notes));
        Assert.That((read.EvaluationCount, read.CacheHitCount, read.ElapsedSeconds), Is.EqualTo((41, 7, 1.0 / 3)));
    }

    [Test]
    public void Read_CutShortAnywhere_IsRefused()
    {
        var path = Write();
        var bytes = File.ReadAllBytes(path);
        foreach (var length in new[] { 0, 1, 40, bytes.Length / 2, bytes.Length - 3 })
        {
            File.WriteAllBytes(path, bytes[..length]);
            Assert.That(() => CheckpointFile.Read(path), Throws.TypeOf<ResumeException>().With.Message.Contains(path), $"{length} bytes");
        }
    }

    [Test]
    public void Read_NewerFormat_SaysWhichVersionsItReads()
    {
        var path = Write();
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"version\":1", "\"version\":2", StringComparison.Ordinal));

        Assert.That(
            () => CheckpointFile.Read(path),
            Throws.TypeOf<ResumeException>().With.Message.Contains("has format version 2; this program reads up to 1"));
    }

    [Test]
    public void Read_ChangedNumber_FailsItsChecksum()
    {
        var path = Write();
        File.WriteAllText(
            path, File.ReadAllText(path).Replace("\"evaluation_count\":41", "\"evaluation_count\":42", StringComparison.Ordinal));

        Assert.That(() => CheckpointFile.Read(path), Throws.TypeOf<ResumeException>().With.Message.Contains("checksum"));
    }

    [Test]
    public void Read_OtherWhiteSpace_IsTheSameCheckpoint()
    {
        var path = Write();
        File.WriteAllText(
            path,
            JsonNode.Parse(File.ReadAllText(path))!.ToJsonString(new System.Text.Json.JsonSerializerOptions { WriteIndented = true }));

        Assert.That(CheckpointFile.Read(path).EvaluationCount, Is.EqualTo(41));
    }

    [TestCase("[]", "not a JSON object")]
    [TestCase("{}", "is not a checkpoint")]
    [TestCase("{\"format\": 3}", "is not a checkpoint")]
    public void Read_SomethingElse_IsRefused(string text, string error)
    {
        File.WriteAllText(_directory.Combine("c.json"), text);

        Assert.That(() => CheckpointFile.Read(_directory.Combine("c.json")), Throws.TypeOf<ResumeException>().With.Message.Contains(error));
    }

    [Test]
    public void Write_ManyGenerations_KeepsTheNewestByNumberAndTheBest()
    {
        var store = new CheckpointStore(_directory.Path, keep: 3);
        foreach (var generation in new[] { 8, 9, 10, 11, 99, 100 })
        {
            store.Write(Sample(Searched(1), generation));
        }

        Assert.That(store.Generations(), Is.EqualTo(new[] { 11, 99, 100 }));
        Assert.That(
            _directory.Entries(),
            Is.EqualTo(new[] { "best.json", "generation_0011.json", "generation_0099.json", "generation_0100.json" }));
        Assert.That(CheckpointFile.Read(store.BestPath).Generation, Is.EqualTo(8), "fitness rose at generation 8 last");
        Assert.That(store.Resolve("latest"), Is.EqualTo(store.PathOf(100)));
    }

    [Test]
    public void Write_AfterTakingOver_KeepsABetterBest()
    {
        var searched = Searched(1);
        new CheckpointStore(_directory.Path, keep: 3).Write(Sample(searched, 40));
        var worse = searched.Save().Best! with { Fitness = 0 };
        var sample = Sample(searched, 10);
        var store = new CheckpointStore(_directory.Path, keep: 3);
        store.TakeOver(sample);
        store.Write(sample with { Search = sample.Search with { Best = worse } });

        Assert.That(CheckpointFile.Read(store.BestPath).Generation, Is.EqualTo(40));
    }

    [Test]
    public void TakeOver_AnotherRunOfTheSameJob_IsRefused()
    {
        var sample = Sample(Searched(1), 10);
        var store = new CheckpointStore(_directory.Path, keep: 3);
        store.Write(sample);
        var record = sample.History[^1];
        var other = sample with
        {
            History = sample.History.SetItem(
                sample.History.Length - 1, record with { Summary = record.Summary with { MeanFitness = 0.125 } }),
        };
        var slower = sample with { Costs = [sample.Costs[0] with { Cost = new(1, 1) }] };

        Assert.That(() => store.TakeOver(sample), Throws.Nothing);
        Assert.That(() => store.TakeOver(sample with { ElapsedSeconds = 1e6 }), Throws.Nothing, "the same run, replayed slowly");
        Assert.That(() => store.TakeOver(other), Throws.TypeOf<ResumeException>()
            .With.Message.Contains("another run of this job")
            .And.Message.Contains("not 0.125")
            .And.Message.Contains("--checkpoints DIR"));
        Assert.That(
            () => store.TakeOver(slower),
            Throws.TypeOf<ResumeException>().With.Message.Contains("another run of this job").And.Message.Contains("tokens a second"));
    }

    [Test]
    public void Resolve_NothingThere_SaysWhatThereIs()
    {
        var store = new CheckpointStore(_directory.Path, keep: 3);
        Assert.That(() => store.Resolve("latest"), Throws.TypeOf<ResumeException>().With.Message.Contains("holds no checkpoint"));
        store.Write(Sample(Searched(1), 10));
        Assert.That(() => store.Resolve("nowhere.json"), Throws.TypeOf<ResumeException>().With.Message.Contains("has generations 10"));
        Assert.That(
            () => store.RefuseEarlierRun(_directory.Combine("out")),
            Throws.TypeOf<ResumeException>().With.Message.Contains("--resume latest"));
    }

    private string Write()
    {
        var path = _directory.Combine("c.json");
        CheckpointFile.Write(path, Sample(Searched(1)));
        return path;
    }

    private static GeneticSearch<MergeGenome> Searched(int generations)
    {
        var search = new GeneticSearch<MergeGenome>(Space, new GeneticSearchOptions(), 7);
        for (var generation = 0; generation < generations; generation++)
        {
            search.Tell(Outcomes(search.Ask()));
        }

        return search;
    }

    private static double?[] Outcomes(IReadOnlyList<MergeGenome> batch) =>
        [.. batch.Select((genome, index) => index == 2 ? (double?)null : genome.Genes.Sum() / genome.Genes.Length)];

    private static Checkpoint Sample(GeneticSearch<MergeGenome> search, int? generation = null)
    {
        var state = search.Save();
        var summary = new GenerationSummary(0, 0.5, null, 0.25, [1, 2, 3, 0, 0, 2], 0.05, 1, 1);
        return new Checkpoint(
            new JobIdentity(
                new JsonObject { ["seed"] = ulong.MaxValue, ["mutation_rate"] = 0.1 },
                [new ParentIdentity("first", new string('a', 64))],
                ImmutableSortedDictionary<string, string>.Empty.Add("search", "hash")),
            state with { Generation = generation ?? state.Generation },
            [new GenerationRecord(summary, 8, 0, 0.1, 0.2, 0.3, "ties")],
            [new Finalist(Space.Seeds[2], 2.0 / 3)],
            [new CachedScore("key", [new TaskValue("text", "perplexity", Math.PI)], null, 0.1, 0.2)],
            [new CachedCost("layers=4", new ShapeCost(1e5 / 3, 123))],
            41,
            7,
            1.0 / 3,
            ["a note"]);
    }
}
