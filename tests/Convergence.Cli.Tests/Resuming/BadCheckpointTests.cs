using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Convergence.Cli.Hosting;
using Convergence.Cli.Tests.Support;
using Convergence.EvoMerge.Runs.Checkpoints;
using Convergence.Testing;

namespace Convergence.Cli.Tests.Resuming;

public sealed class BadCheckpointTests
{
    private TemporaryDirectory _directory = null!;
    private string _config = null!;

    private string Checkpoint => _directory.Combine("checkpoints", "generation_0002.json");

    [OneTimeSetUp]
    public void MakeRun()
    {
        _directory = new TemporaryDirectory();
        _config = TinyJob.Write(_directory.Path, generations: 2);
        var run = CliRunner.Run("evolve", _config, "--out", _directory.Combine("first"));
        Assert.That(run.ExitCode, Is.Zero, run.ToString());
        Assert.That(Checkpoint, Does.Exist);
    }

    [OneTimeTearDown]
    public void RemoveRun() => _directory.Dispose();

    [Test]
    public void CheckpointCutShort_IsRefused() =>
        AssertRefused(Changed("cut.json", text => text[..(text.Length / 2)]), "is cut short or damaged", "older checkpoint");

    [Test]
    public void CheckpointOfANewerFormat_IsRefused() => AssertRefused(
        Changed("newer.json", text =>
        {
            var root = JsonNode.Parse(text)!;
            root["version"] = 99;
            return root.ToJsonString();
        }),
        "format version 99",
        $"reads up to {CheckpointFile.FormatVersion}");

    [Test]
    public void CheckpointWithAChangedBody_IsRefused() =>
        AssertRefused(Changed("changed.json", text => text.Replace("\"tiny\"", "\"tony\"", StringComparison.Ordinal)), "checksum");

    [Test]
    public void CheckpointWithAVersionThatIsNoNumber_IsRefusedAsSuch() => AssertRefused(
        Changed("version.json", text =>
        {
            var root = JsonNode.Parse(text)!;
            root["version"] = "x";
            return root.ToJsonString();
        }),
        "its \"version\" is \"x\"",
        "older checkpoint");

    // Each has a checksum that fits: what is wrong is what it says.
    [TestCase("search.population.0.genome.genes.3", "1.7", "search.population[0].genome", "gene 3 is 1.7, outside [0, 1]")]
    [TestCase("search.archive.1.genome.genes.0", "-0.2", "search.archive[1].genome", "gene 0 is -0.2, outside [0, 1]")]
    [TestCase("finalists.0.genome.genes", "[0.5]", "finalists[0].genome.genes has 1 numbers")]
    [TestCase("search.best.genome.layers.0.model", "99", "search.best.genome.layers[0] is layer 0 of model 99", "models 0 to 3")]
    [TestCase("search.population.1.genome.layers.1.layer", "-1", "search.population[1].genome.layers[1] is layer -1")]
    [TestCase("search.population.1.genome.layers", "[]", "search.population[1].genome.layers has 0 layers")]
    [TestCase(
        "search.population.1.genome.technique", "\"alchemy\"", "search.population[1].genome", "\"alchemy\"", "technique cannot be read")]
    [TestCase("search.population", "[]", "search.population has 0 members")]
    [TestCase("search.mutation_strength", "7", "search.mutation_strength is 7")]
    [TestCase("search.population.0", "null", "search.population[0] is null")]
    [TestCase("search.population.0.genome", "null", "search.population[0].genome", "null is no genome")]
    [TestCase("search.population.0.fitness", "\"high\"", "search.population[0].fitness is \"high\"")]
    [TestCase("search", "null", "search is null")]
    [TestCase("search.best.fitness", "1e308", "search.best.fitness is 1E+308, outside [0, 1]")]
    [TestCase("search.kind_successes.0", "1e308", "search.kind_successes[0] is 1E+308, outside [0, ")]
    [TestCase("search.random", "{\"s0\":0,\"s1\":0,\"s2\":0,\"s3\":0}", "search.random is all 0")]
    [TestCase("history.0.evaluation_count", "-1", "history[0].evaluation_count is -1, less than 0")]
    [TestCase("history.1.summary.mean_fitness", "7", "history[1].summary.mean_fitness is 7, outside [0, 1]")]
    [TestCase("history.1.summary.diversity", "-1", "history[1].summary.diversity is -1, outside [0, 1]")]
    [TestCase("history.1.summary.mutation_strength", "3", "history[1].summary.mutation_strength is 3, outside (0, 1]")]
    [TestCase("elapsed_seconds", "1e12", "elapsed_seconds is 1000000000000, outside [0, 3155760000]")]
    [TestCase("elapsed_seconds", "1e300", "elapsed_seconds is 1E+300, outside [0, 3155760000]")]
    [TestCase("scores.0.tasks.0.task", "\"other\"", "scores[0].tasks is other (perplexity), but the search tasks are tokens (perplexity)")]
    [TestCase("job.parents.0.content_hash", "\"short\"", "parent reasoning had other content")]
    [TestCase("search.generation", "1", "history has 2 records, but search.generation is 1")]
    [TestCase("history", "[]", "history has 0 records, but search.generation is 2")]
    [TestCase("history.0.summary.generation", "5", "history[0].summary.generation is 5")]
    [TestCase("finalists", "[]", "finalists begins with nothing, but search.best has fitness 0.")]
    [TestCase("finalists.0.fitness", "0.99", "finalists begins with fitness 0.99")]
    [TestCase("evaluation_count", "1000", "evaluation_count is 1000")]
    [TestCase("elapsed_seconds", "-3", "elapsed_seconds is -3")]
    [TestCase("scores.0.tasks", "[]", "neither tasks nor a failure")]
    public void CheckpointWithImpossibleContent_IsRefusedByFieldAndValue(string field, string value, params string[] fragments)
    {
        var checkpoint = Changed("impossible.json", text =>
        {
            var root = JsonNode.Parse(text)!;
            Set(root["body"]!, field.Split('.'), JsonNode.Parse(value)!);
            root["checksum"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(root["body"]!.ToJsonString())));
            return root.ToJsonString();
        });
        AssertRefused(checkpoint, fragments);
    }

    [Test]
    public void CheckpointWithAScoreTwice_IsRefused()
    {
        var checkpoint = Changed("twice.json", text =>
        {
            var root = JsonNode.Parse(text)!;
            var scores = root["body"]!["scores"]!.AsArray();
            scores.Add(scores[0]!.DeepClone());
            root["checksum"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(root["body"]!.ToJsonString())));
            return root.ToJsonString();
        });
        AssertRefused(checkpoint, "is there 2 times", "older checkpoint");
    }

    [Test]
    public void CheckpointOfAnotherJob_IsRefusedWithTheDifference()
    {
        var other = Path.Combine(_directory.Path, "other.yaml");
        File.WriteAllText(other, File.ReadAllText(_config).Replace("population_size: 6", "population_size: 7", StringComparison.Ordinal));
        AssertRefused(Checkpoint, ["population_size was 6, now is 7"], other);
    }

    [Test]
    public void CheckpointDirectoryOfAnotherJob_IsLeftAsItIs()
    {
        var foreign = _directory.Combine("foreign");
        var job = TinyJob.Write(_directory.Path, generations: 1, fileName: "foreign.yaml");
        File.WriteAllText(job, File.ReadAllText(job).Replace("population_size: 6", "population_size: 7", StringComparison.Ordinal));
        var run = CliRunner.Run("evolve", job, "--out", _directory.Combine("foreign-out"), "--checkpoints", foreign);
        Assert.That(run.ExitCode, Is.Zero, run.ToString());
        var before = Contents(foreign);

        var result = CliRunner.Run(
            "evolve", _config, "--out", _directory.Combine("second"), "--checkpoints", foreign, "--resume", Checkpoint);
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.BadInput), result.ToString());
        Assert.That(
            result.Error, Does.Contain("another job").And.Contain("population_size was 7, now is 6").And.Contain("--checkpoints DIR"));
        Assert.That(Contents(foreign), Is.EqualTo(before));
        Assert.That(_directory.Combine("second"), Does.Not.Exist);
    }

    [Test]
    public void CheckpointOfOtherModels_IsRefusedByTheModelsName()
    {
        var weights = _directory.Combine("reasoning", "model.safetensors");
        var original = File.ReadAllBytes(weights);
        try
        {
            TinyModels.Write(_directory.Combine("reasoning"), TinyJob.Options, seed: 77);
            AssertRefused(Checkpoint, "another job", "parent reasoning had other content");
        }
        finally
        {
            File.WriteAllBytes(weights, original);
        }
    }

    [Test]
    public void CheckpointThatIsNotThere_IsRefused() =>
        AssertRefused(_directory.Combine("no-such.json"), "no such checkpoint", "'latest'");

    [Test]
    public void AnyOtherJson_IsRefused()
    {
        File.WriteAllText(_directory.Combine("any.json"), "{}");
        AssertRefused(_directory.Combine("any.json"), "is not a checkpoint");
        Assert.That(CliRunner.Run("inspect", _directory.Combine("any.json")).Error, Does.Contain("is not a checkpoint"));
    }

    [Test]
    public void OtherFilesOfARun_AreInspectedAsWhatTheyAre()
    {
        var job = _directory.Combine("job.json");
        File.WriteAllText(job, """
            {"models": ["reasoning", "memory_integration"], "base": "base", "generations": 3,
             "tasks": {"search": "search.yaml", "validation": "validation.yaml", "test": "test.yaml"}}
            """);
        var phase1 = _directory.Combine("phase1.json");
        File.WriteAllText(phase1, """{"models": ["reasoning", "memory_integration"], "specializations": ["r", "m"], "metrics": null}""");
        foreach (var (file, kind) in new[] { (job, "job"), (phase1, "phase1"), (_directory.Combine("first", "result.json"), "result") })
        {
            var text = CliRunner.Run("inspect", file);
            Assert.That(text.ExitCode, Is.Zero, text.ToString());
            Assert.That(text.Output, Does.StartWith(kind));
            var json = JsonNode.Parse(CliRunner.Run("inspect", file, "--json").Output)!;
            Assert.That((string)json["kind"]!, Is.EqualTo(kind));
        }
    }

    [Test]
    public void FreshRunOverOldCheckpoints_IsRefusedWithTheChoices()
    {
        var result = CliRunner.Run("evolve", _config, "--out", _directory.Combine("second"));
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.BadInput), result.ToString());
        Assert.That(result.Error, Does.Contain("--resume latest").And.Contain("--checkpoints DIR"));
    }

    [Test]
    public void SameCommandAgain_NamesBothDirectoriesAndTheirCures_AndTheCureWorks()
    {
        var job = TinyJob.Write(_directory.Path, generations: 1, fileName: "twice.yaml");
        File.WriteAllLines(
            job, File.ReadAllLines(job).Where(line =>
                !line.StartsWith("out:", StringComparison.Ordinal) && !line.StartsWith("checkpoints:", StringComparison.Ordinal)));
        Assert.That(CliProcess.Run(_directory.Path, "evolve", "twice.yaml").ExitCode, Is.Zero);

        var again = CliProcess.Run(_directory.Path, "evolve", "twice.yaml");
        Assert.That(again.ExitCode, Is.EqualTo(ExitCode.BadInput), again.ToString());
        Assert.That(again.Error, Does.Contain(_directory.Combine("runs", "tiny")).And.Contain(_directory.Combine("checkpoints", "tiny")));
        Assert.That(again.Error, Does.Contain("--name NAME").And.Contain("--resume latest").And.Contain("--checkpoints DIR"));

        var renamed = CliProcess.Run(_directory.Path, "evolve", "twice.yaml", "--name", "second");
        Assert.That(renamed.ExitCode, Is.Zero, renamed.ToString());
        Assert.That(_directory.Combine("runs", "second", "result.json"), Does.Exist);
        Assert.That(_directory.Combine("checkpoints", "second", "generation_0001.json"), Does.Exist);
    }

    [Test]
    public void CheckpointDirectoryThatCannotBeMade_IsRefusedWithThatCure()
    {
        File.WriteAllText(_directory.Combine("occupied"), "a file");
        var result = CliRunner.Run(
            "evolve", _config, "--out", _directory.Combine("second"), "--checkpoints", _directory.Combine("occupied"));
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.BadInput), result.ToString());
        Assert.That(result.Error, Does.Contain("occupied").And.Contain("--checkpoints DIR").And.Not.Contain("Another run"));
    }

    private void AssertRefused(string checkpoint, params string[] fragments) => AssertRefused(checkpoint, fragments, _config);

    private void AssertRefused(string checkpoint, string[] fragments, string config)
    {
        var result = CliRunner.Run("evolve", config, "--out", _directory.Combine("second"), "--resume", checkpoint);
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.BadInput), result.ToString());
        Assert.That(result.Error, Does.StartWith("error: ").And.Contain(Path.GetFileName(checkpoint)));
        foreach (var fragment in fragments)
        {
            Assert.That(result.Error, Does.Contain(fragment));
        }

        Assert.That(_directory.Combine("second"), Does.Not.Exist);
    }

    private static Dictionary<string, string> Contents(string directory) =>
        Directory.EnumerateFiles(directory).ToDictionary(file => file, File.ReadAllText);

    private static void Set(JsonNode node, ReadOnlySpan<string> path, JsonNode value)
    {
        var isIndex = int.TryParse(path[0], CultureInfo.InvariantCulture, out var index);
        if (path.Length > 1)
        {
            Set((isIndex ? node[index] : node[path[0]])!, path[1..], value);
        }
        else if (isIndex)
        {
            node[index] = value;
        }
        else
        {
            node[path[0]] = value;
        }
    }

    private string Changed(string name, Func<string, string> change)
    {
        var text = File.ReadAllText(Checkpoint);
        var changed = change(text);
        Assert.That(changed != text, "the change must find what it changes");
        File.WriteAllText(_directory.Combine(name), changed);
        return _directory.Combine(name);
    }
}
