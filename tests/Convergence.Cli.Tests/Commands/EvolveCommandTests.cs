using System.Text.Json;
using Convergence.Cli.Hosting;
using Convergence.Cli.Logging;
using Convergence.Cli.Tests.Support;
using Convergence.Testing;

namespace Convergence.Cli.Tests.Commands;

public sealed class EvolveCommandTests
{
    private TemporaryDirectory _directory = null!;

    [SetUp]
    public void MakeDirectory() => _directory = new TemporaryDirectory();

    [TearDown]
    public void RemoveDirectory() => _directory.Dispose();

    [Test]
    public void Evolve_WritesModelReportsAndLog()
    {
        var config = TinyJob.Write(_directory.Path, generations: 4);
        var result = CliRunner.Run("evolve", config);
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        Assert.That(result.Output, Does.Contain("generation 1/4  best 0.").And.Contain("generation 4/4  best 0."));
        Assert.That(result.Output, Does.Contain("checkpoint ").And.Contain("report   "));
        string[] files =
        [
            "model/config.json", "model/model.safetensors", "recipe.yaml", "result.json",
            "history.csv", "report.md", "report.html", "plots/tasks.svg",
        ];
        foreach (var file in files)
        {
            Assert.That(_directory.Combine("out", file), Does.Exist);
        }

        Assert.That(File.ReadAllLines(_directory.Combine("out", "history.csv")), Has.Length.EqualTo(5));
        AssertLog(generations: 4);
    }

    [Test]
    public void Evolve_WithJson_TellsTheWholeRunInObjects()
    {
        var config = TinyJob.Write(_directory.Path, generations: 3);
        var result = CliRunner.Run("evolve", config, "--json", "--seed", "9", "--out", _directory.Combine("elsewhere"));
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        var lines = result.JsonLines();
        Assert.That(lines[0].GetProperty("event").GetString(), Is.EqualTo("started"));
        Assert.That(lines[0].GetProperty("configuration").GetProperty("seed").GetUInt64(), Is.EqualTo(9));
        Assert.That(lines.Count(line => line.GetProperty("event").GetString() == "generation"), Is.EqualTo(3));
        var last = lines[^1];
        Assert.That(last.GetProperty("event").GetString(), Is.EqualTo("result"));
        Assert.That(last.GetProperty("stop_reason").GetString(), Is.EqualTo("generations"));
        Assert.That(last.GetProperty("output_directory").GetString(), Is.EqualTo(_directory.Combine("elsewhere")));
        Assert.That(
            last.GetProperty("test").EnumerateArray().Select(model => model.GetProperty("role").GetString()),
            Is.SupersetOf(new List<string> { "champion", "parent", "plainaverage", "startingrecipe" }));
        Assert.That(last.GetProperty("starting_technique").GetString(), Is.Not.Empty);
        Assert.That(
            last.GetProperty("comparisons").EnumerateArray().Last().GetProperty("against").GetString(), Is.EqualTo("best starting recipe"));
    }

    [Test]
    public void Reports_NameNoPathOfTheMachine()
    {
        // The models lie outside the working directory, so recipes must name them in full; reports need not.
        var result = CliRunner.Run("evolve", TinyJob.Write(_directory.Path, generations: 2));
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        Assert.That(File.ReadAllText(_directory.Combine("out", "recipe.yaml")), Does.Contain(_directory.Path));
        foreach (var report in (string[])["report.md", "report.html"])
        {
            Assert.That(File.ReadAllText(_directory.Combine("out", report)), Does.Not.Contain(_directory.Path));
        }

        var markdown = File.ReadAllText(_directory.Combine("out", "report.md"));
        Assert.That(markdown, Does.Contain("\"../reasoning\"").And.Contain("\"checkpoints\": \"../checkpoints\""));
        Assert.That(markdown, Does.Contain("```json\n{").And.Contain("```yaml\n").And.Contain("\nmerge_method: "));
    }

    [Test]
    public void Evolve_WithAMinuteBudget_CountsItInTheTimeLeft()
    {
        var config = TinyJob.Write(_directory.Path, generations: 100_000, more: "budget: {minutes: 0.02}");
        var result = CliRunner.Run("evolve", config, "--json");
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        var left = result.JsonLines().Where(line => line.GetProperty("event").GetString() == "generation")
            .Select(line => line.GetProperty("seconds_left").GetDouble()).ToList();
        Assert.That(left, Is.All.LessThan(30), "1.2 s and a generation, not the hours of 100 000 generations");
        Assert.That(result.JsonLines()[^1].GetProperty("stop_reason").GetString(), Is.EqualTo("budget"));
    }

    [Test]
    public void Resume_SaysHowManyEvaluationsItTakesOver()
    {
        var config = TinyJob.Write(_directory.Path, generations: 2);
        var first = CliRunner.Run("evolve", config, "--json");
        var evaluations = first.JsonLines()[^1].GetProperty("evaluations").GetInt32();
        var resumed = CliRunner.Run("evolve", config, "--generations", "3", "--out", _directory.Combine("more"), "--resume", "latest");
        Assert.That(resumed.ExitCode, Is.Zero, resumed.ToString());
        Assert.That(evaluations, Is.Positive);
        Assert.That(resumed.Output, Does.Contain($"after 2 generations and {evaluations} evaluations"));
    }

    [Test]
    public void CancellationBeforeTheFirstGeneration_TellsItsCheckpointOnce()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        var result = CliRunner.Run(cancelled.Token, "evolve", TinyJob.Write(_directory.Path));
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Cancelled), result.ToString());
        Assert.That(
            result.Output.Split('\n').Count(line => line.StartsWith("checkpoint ", StringComparison.Ordinal)),
            Is.EqualTo(1),
            result.ToString());
    }

    [Test]
    public void DiversityThatCannotBeHeld_IsSaidAloud()
    {
        var config = TinyJob.Write(_directory.Path, generations: 6, more: "techniques: [slerp]\nmin_diversity: 0.9");
        File.WriteAllText(config, File.ReadAllText(config).Replace("population_size: 6", "population_size: 3", StringComparison.Ordinal));
        var result = CliRunner.Run("evolve", config);
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        Assert.That(result.Output, Does.Contain("note: diversity fell below min_diversity, 0.9"));
        Assert.That(File.ReadAllText(_directory.Combine("out", "report.md")), Does.Contain("diversity fell below min"));
    }

    [Test]
    [Platform("Linux", Reason = "a limit on the size of files, which stands in for a full disk here, is set the Unix way")]
    public void FullDisk_ForTheModel_RefusesTheRunBeforeItBegins()
    {
        var refused = RunOnAFullDisk(limitInKilobytes: 1);
        Assert.That(refused.Error, Does.Contain("bytes are needed").And.Not.Contain("go on by"));
        Assert.That(refused.Output, Does.Not.Contain("generation"));
        Assert.That(_directory.Entries().Where(name => name.StartsWith('.')), Is.Empty);
    }

    [Test]
    [Platform("Linux", Reason = "a limit on the size of files, which stands in for a full disk here, is set the Unix way")]
    public void FullDisk_AtTheResults_KeepsTheCheckpointsAndLeavesNoOutput()
    {
        // Checkpoints and the model fit, and the largest file of the results does not.
        var config = TinyJob.Write(_directory.Path, generations: 1);
        var first = CliRunner.Run("evolve", config, "--out", _directory.Combine("first"), "--checkpoints", _directory.Combine("of-first"));
        Assert.That(first.ExitCode, Is.Zero, first.ToString());
        var (checkpoint, model, result) = (LargestFile("of-first"), LargestFile(Path.Combine("first", "model")), LargestFile("first"));
        var fits = Math.Max(checkpoint, model);
        Assert.That(result, Is.GreaterThan(fits + 3072));
        var refused = RunOnAFullDisk((int)(fits / 1024) + 2);
        Assert.That(
            refused.Error,
            Does.Contain("What was scored is kept: when that is mended, go on by convergence evolve job.yaml --resume latest"));
        Assert.That(Directory.EnumerateFiles(_directory.Combine("checkpoints"), "generation_0001.json"), Is.Not.Empty);
    }

    [Test]
    public void Evolve_TheChampionsRecipe_MergesToTheSameBytes()
    {
        var config = TinyJob.Write(_directory.Path, generations: 3);
        Assert.That(CliRunner.Run("evolve", config).ExitCode, Is.Zero);
        var merged = CliRunner.Run("merge", _directory.Combine("out", "recipe.yaml"), "-o", _directory.Combine("again"));
        Assert.That(merged.ExitCode, Is.Zero, merged.ToString());
        Assert.That(
            File.ReadAllBytes(_directory.Combine("again", "model.safetensors")),
            Is.EqualTo(File.ReadAllBytes(_directory.Combine("out", "model", "model.safetensors"))));
    }

    [Test]
    public void Inspect_OfACheckpoint_SaysHowFarTheRunIs()
    {
        var config = TinyJob.Write(_directory.Path, generations: 4);
        Assert.That(CliRunner.Run("evolve", config).ExitCode, Is.Zero);
        var checkpoint = Directory.GetFiles(_directory.Combine("checkpoints"), "generation_*.json").Order(StringComparer.Ordinal).Last();
        var text = CliRunner.Run("inspect", checkpoint);
        Assert.That(text.Output, Does.Contain("generation   4 of 4").And.Contain("job          tiny"), text.ToString());
        var json = JsonSerializer.Deserialize<JsonElement>(CliRunner.Run("inspect", checkpoint, "--json").Output);
        Assert.That(json.GetProperty("generation").GetInt32(), Is.EqualTo(4));
        Assert.That(json.GetProperty("best_fitness").GetDouble(), Is.InRange(0, 1));
        Assert.That(json.GetProperty("parents").GetArrayLength(), Is.EqualTo(4));
        Assert.That(
            CliRunner.Run("inspect", _directory.Combine("checkpoints")).Output, Is.EqualTo(text.Output), "the newest of a directory");
    }

    [Test]
    public void Inspect_OfWhatARunLeft_SaysWhatToName()
    {
        Assert.That(CliRunner.Run("evolve", TinyJob.Write(_directory.Path, generations: 1)).ExitCode, Is.Zero);
        var output = CliRunner.Run("inspect", _directory.Combine("out"));
        Assert.That(output.ExitCode, Is.EqualTo(ExitCode.BadInput));
        Assert.That(output.Error, Does.Contain("holds the results of a run").And.Contain(_directory.Combine("out", "model")));
        Assert.That(
            CliRunner.Run("inspect", _directory.Combine("out", "model", "recipe.lock")).Error, Does.Contain("convergence reproduce"));
    }

    [TestCase("generatoins: 3", "generatoins", "generations")]
    [TestCase("mutation_rate: 1.5", "mutation_rate", "1.5")]
    [TestCase("techniques: [linear, tiess]", "techniques", "ties")]
    [TestCase("fitness_weights: {perplexity: 0}", "fitness_weights", "sum to 0")]
    [TestCase("device: gpu", "device", "'gpu' is no device. There are auto, cpu, cuda, or cuda:N")]
    [TestCase("elite_size: [1, 2]", "elite_size", "[1, 2] is not a single value")]
    [TestCase("fitness_weights: heavy", "fitness_weights", "'heavy' is not a mapping")]
    [TestCase("techniques: {linear: yes}", "techniques", "{linear: yes} is not a list of words")]
    public void BadConfiguration_NamesKeyAndCureAndLeavesNothing(string line, string key, string fragment)
    {
        var config = TinyJob.Write(_directory.Path, more: line);
        AssertRefused("job.yaml", ["evolve", config], key, fragment);
    }

    [Test]
    public void GpuThatIsNotThere_FailsWithTheCureAndLeavesNothing()
    {
        // Without a driver the error says where it was looked for, with one which GPUs there are.
        var config = TinyJob.Write(_directory.Path, more: "device: cuda:99");
        AssertRefused("device: cpu", ["evolve", config]);
    }

    [TestCase("fitness_weights: {perplexity: -1}")]
    [TestCase("fitness_weights: heavy")]
    public void BadFitnessWeights_AreOneError_NotTwo(string line)
    {
        var result = CliRunner.Run("evolve", TinyJob.Write(_directory.Path, more: line));
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.BadInput), result.ToString());
        Assert.That(result.Error, Does.Not.Contain("sum to 0").And.Not.Contain("errors"));
    }

    [Test]
    public void BadOption_IsNotBlamedOnTheFile()
    {
        var config = TinyJob.Write(_directory.Path);
        Assert.That(
            CliRunner.Run("evolve", config, "--generations", "0").Error,
            Is.EqualTo("error: command line: --generations: '0' is not a whole number in [1, 100000].\n"));

        File.AppendAllText(config, "\nmutation_rate: 3\n");
        Assert.That(
            CliRunner.Run("evolve", config, "--generations", "0").Error,
            Does.Contain("job.yaml: 2 errors").And.Contain("  - --generations: '0'").And.Contain("  - mutation_rate: '3'"));
    }

    [TestCase("--device", "gpu", "'gpu' is no device")]
    [TestCase("--generations", "0", "[1, 100000]")]
    [TestCase("--generations", "many", "many")]
    [TestCase("--seed", "-1", "-1")]
    public void BadOption_IsCheckedLikeTheKeyOfItsName(string option, string value, string fragment)
    {
        var config = TinyJob.Write(_directory.Path);
        AssertRefused(option[2..], ["evolve", config, $"{option}={value}"], fragment);
    }

    [Test]
    public void BadConfiguration_WithManyErrors_TellsAllAtOnce()
    {
        var config = TinyJob.Write(_directory.Path, more: "mutation_rate: 2\nelite_size: 99\nno_such_key: 1");
        AssertRefused("mutation_rate", ["evolve", config], "elite_size", "no_such_key", "3 errors");
    }

    [Test]
    public void MissingFiles_AreNamed()
    {
        AssertRefused("nothing.yaml", ["evolve", _directory.Combine("nothing.yaml")], "no such file");
        var config = TinyJob.Write(_directory.Path);
        File.Delete(_directory.Combine("test.yaml"));
        AssertRefused("test.yaml", ["evolve", config], "tasks");
    }

    [Test]
    public void OutputThatExists_IsRefusedBeforeAnyWork()
    {
        var config = TinyJob.Write(_directory.Path);
        Directory.CreateDirectory(_directory.Combine("out"));
        AssertRefused("already exists and is not overwritten", ["evolve", config], _directory.Combine("out"));
    }

    [Test]
    public void SpecialistOfAnotherVocabulary_IsRefused()
    {
        var config = TinyJob.Write(_directory.Path);
        Directory.Delete(_directory.Combine("reasoning"), recursive: true);
        TinyModels.Write(_directory.Combine("reasoning"), TinyJob.Options with { VocabularySize = 40 }, seed: 3);
        AssertRefused("vocab_size", ["evolve", config], "reasoning");
    }

    [Test]
    public void SpecialistOfAnUnsupportedArchitecture_IsRefused()
    {
        var config = TinyJob.Write(_directory.Path);
        foreach (var model in (string[])["base", "reasoning", "memory_integration", "adaptive_computation"])
        {
            var path = _directory.Combine(model, "config.json");
            File.WriteAllText(
                path, File.ReadAllText(path)
                    .Replace("llama", "mamba", StringComparison.Ordinal)
                    .Replace("LlamaForCausalLM", "MambaForCausalLM", StringComparison.Ordinal));
        }

        AssertRefused("Mamba", ["evolve", config]);
    }

    [Test]
    public void SpecialistWithNaNWeights_IsRefusedByTensor()
    {
        var config = TinyJob.Write(_directory.Path);
        Directory.Delete(_directory.Combine("reasoning"), recursive: true);
        using (var weights = TinyModels.Weights(
            TinyJob.Options, 3, (name, index) => name == "model.norm.weight" && index == 0 ? double.NaN : 0))
        {
            TinyModels.Write(_directory.Combine("reasoning"), TinyJob.Options, weights);
        }

        AssertRefused("model.norm.weight", ["evolve", config], "reasoning");
    }

    private long LargestFile(string folder) =>
        new DirectoryInfo(_directory.Combine(folder)).EnumerateFiles("*", SearchOption.AllDirectories).Max(file => file.Length);

    private CliResult RunOnAFullDisk(int limitInKilobytes)
    {
        TinyJob.Write(_directory.Path, generations: 1);

        // The runtime maps its own code through a file, which the limit would forbid.
        var script = "export DOTNET_EnableWriteXorExecute=0; "
            + $"ulimit -f {limitInKilobytes}; exec dotnet '{CliProcess.ProgramPath}' evolve job.yaml";
        var result = CliProcess.RunProgram(_directory.Path, "bash", "-c", script);
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.BadInput), result.ToString());
        Assert.That(result.Error, Does.StartWith("error: ").And.Contain("the disk is full").And.Not.Contain("Exception"));
        Assert.That(_directory.Combine("out"), Does.Not.Exist);
        Assert.That(Directory.EnumerateFileSystemEntries(_directory.Path, "*.tmp", SearchOption.AllDirectories), Is.Empty);
        var folder = _directory.Combine("checkpoints");
        string[] checkpoints = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.json") : [];
        Assert.That(checkpoints.Select(checkpoint => CliRunner.Run("inspect", checkpoint).ExitCode), Is.All.Zero);

        // With space again, the run goes on from what it has, or begins.
        string[] more = checkpoints.Length > 0 ? ["--resume", "latest"] : [];
        var after = CliRunner.Run(["evolve", _directory.Combine("job.yaml"), .. more]);
        Assert.That(after.ExitCode, Is.Zero, after.ToString());
        return result;
    }

    private void AssertRefused(string fragment, string[] args, params string[] fragments)
    {
        var before = FolderSnapshot.Take(_directory.Path);
        var result = CliRunner.Run(args);
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.BadInput), result.ToString());
        Assert.That(result.Error, Does.StartWith("error: ").And.Contain(fragment));
        foreach (var other in fragments)
        {
            Assert.That(result.Error, Does.Contain(other));
        }

        Assert.That(result.Error, Does.Not.Contain("   at ").And.Not.Contain("Exception"));
        Assert.That(FolderSnapshot.Take(_directory.Path), Is.EqualTo(before), "nothing may be left behind");
    }

    private void AssertLog(int generations)
    {
        var events = File.ReadAllLines(_directory.Combine("checkpoints", RunLog.FileName))
            .Select(line => JsonSerializer.Deserialize<JsonElement>(line).GetProperty("Properties"))
            .ToLookup(properties => properties.GetProperty("EventId").GetProperty("Name").GetString());
        var started = events["RunStarted"].Single();
        Assert.That(started.GetProperty("Seed").GetInt32(), Is.EqualTo(5));
        Assert.That(started.GetProperty("Configuration").GetString(), Does.Contain("\"population_size\":6"));
        Assert.That(
            events["GenerationCompleted"].Select(properties => properties.GetProperty("Generation").GetInt32()),
            Is.EqualTo(Enumerable.Range(1, generations)));
        Assert.That(events["CheckpointWritten"].Count(), Is.GreaterThanOrEqualTo(generations / 2));
        Assert.That(events["CandidateEvaluated"].Count(), Is.GreaterThan(generations));
        Assert.That(events["RunCompleted"].Single().GetProperty("StopReason").GetString(), Is.EqualTo("Generations"));
    }
}
