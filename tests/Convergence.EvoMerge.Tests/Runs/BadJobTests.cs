using System.Text.Json.Nodes;
using Convergence.EvoMerge.Runs;
using Convergence.Foundation.Configuration;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Safetensors;
using Convergence.Testing;

namespace Convergence.EvoMerge.Tests.Runs;

internal sealed class BadJobTests
{
    private TinyJob _job = null!;

    [SetUp]
    public void MakeModels() => _job = new TinyJob();

    [TearDown]
    public void RemoveModels() => _job.Dispose();

    [Test]
    public void Create_SplitsThatShareExamples_NamesFilesAndCount()
    {
        var stolen = File.ReadAllLines(_job.Combine("search-text.jsonl"))[..2];
        File.AppendAllLines(_job.Combine("test-text.jsonl"), stolen);

        Assert.That(
            () => EvolutionRun.Create(_job.NewConfig()),
            Throws.InstanceOf<ConvergenceException>()
                .With.Message.Contains("the search and test splits share 2 examples")
                .And.Message.Contains("search-text.jsonl").And.Message.Contains("test-text.jsonl"));
    }

    [Test]
    public void Create_OutputInsideAParent_IsRefusedBeforeAnythingIsWritten()
    {
        var config = _job.NewConfig() with { Out = _job.Combine("second", "runs", "out") };
        Assert.That(
            () => EvolutionRun.Create(config),
            Throws.InstanceOf<ConvergenceException>()
                .With.Message.Contains("lies inside the folder of the parent")
                .And.Message.Contains("second"));
        Assert.That(Directory.Exists(_job.Combine("second", "runs")) || Directory.Exists(config.Checkpoints), Is.False);
    }

    [Test]
    public void Create_SplitWithoutAnObjective_IsRefused()
    {
        File.WriteAllText(
            _job.Combine("test.yaml"), "tasks:\n  - {name: text, kind: perplexity, data: test-text.jsonl, keep_tail: true}\n");

        Assert.That(
            () => EvolutionRun.Create(_job.NewConfig()),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains("tasks.test: has no task with an accuracy"));
    }

    [TestCase("{\"version\": \"1.0\", \"model\"", "is not a valid tokenizer")]
    [TestCase("[1, 2]", "is no JSON object")]
    public void Create_ParentWithADamagedTokenizer_IsRefusedByName(string text, string error)
    {
        File.WriteAllText(_job.Combine("second", "tokenizer.json"), text);

        Assert.That(
            () => EvolutionRun.Create(_job.NewConfig()),
            Throws.InstanceOf<ConvergenceException>()
                .With.Message.Contains($"{_job.Combine("second", "tokenizer.json")}: {error}")
                .And.Message.Contains("download or export it again"));
    }

    [TestCase("hidden_act", "\"gelu\"", "second: config.json: 'hidden_act' is \"gelu\"")]
    [TestCase("rope_scaling", "{\"rope_type\": \"yarn\", \"factor\": 2.0}", "'rope_type' is \"yarn\", which is not supported")]
    public void Create_ParentThatCannotBeRun_IsRefusedByNameBeforeAnythingIsWritten(string key, string value, string error)
    {
        var path = _job.Combine("second", "config.json");
        var content = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        content[key] = JsonNode.Parse(value);
        File.WriteAllText(path, content.ToJsonString());
        var config = _job.NewConfig();

        Assert.That(
            () => EvolutionRun.Create(config),
            Throws.InstanceOf<ConvergenceException>().With.Message.Contains(error).And.Message.Not.Contains("candidate")
                .And.Message.Not.Contains("Exception"));
        Assert.That(Directory.Exists(config.Out) || Directory.Exists(config.Checkpoints), Is.False);
    }

    [Test]
    public void Create_ParentOfAnotherShape_NamesTheTensor()
    {
        Directory.Delete(_job.Combine("second"), recursive: true);
        TinyModels.Write(_job.Combine("second"), new TinyModelOptions { VocabularySize = 100, HiddenSize = 16, DType = DType.BF16 }, 3);

        Assert.That(() => EvolutionRun.Create(_job.NewConfig()), Throws.InstanceOf<ConvergenceException>().With.Message.Contains("second"));
    }

    [Test]
    public void Create_RefusedJob_LeavesNothingBehind()
    {
        File.WriteAllText(_job.Combine("test.yaml"), "tasks: []\n");
        var config = _job.NewConfig();

        Assert.That(() => EvolutionRun.Create(config), Throws.InstanceOf<ConvergenceException>());
        Assert.That(Directory.Exists(config.Out) || Directory.Exists(config.Checkpoints), Is.False);
    }

    [Test]
    public void Run_FailingCandidates_AreMissingAndTheRunGoesOn()
    {
        // Sums of these specialists' task vectors leave float16, their means do not.
        using var job = new TinyJob(DType.F16);
        Enlarge(job.Combine("first"));
        Enlarge(job.Combine("second"));
        var recorder = new Recorder();
        var outcome = TinyJob.Run(job.NewConfig(("techniques", "[dare, linear]")), progress: recorder);
        var failures = recorder.All<CandidateEvaluated>().Where(candidate => candidate.Failure is not null).ToList();

        Assert.That(failures, Is.Not.Empty);
        Assert.That(failures.Select(failure => failure.Fitness), Is.All.Null);
        Assert.That(outcome.Summary!.Notes, Has.Some.Contains("failed and counts as missing"));
        Assert.That(outcome.Summary.History.Sum(record => record.Summary.FailureCount), Is.EqualTo(failures.Count));
        Assert.That(double.IsFinite(outcome.Summary.Test.Contestants[0].Fitness), Is.True);
    }

    /// <summary>Raises a norm, whose scale the next norm takes out again, so far that twice as much leaves float16.</summary>
    private static void Enlarge(string directory)
    {
        using var source = SafetensorsFile.Open(Path.Combine(directory, "model.safetensors"));
        using var device = new CpuDevice(1);
        using var copy = new TensorSet();
        foreach (var name in source.Names)
        {
            source.TryGet(name, out var tensor);
            var values = new float[tensor!.ElementCount];
            device.Read(tensor, values);
            if (name == "model.layers.0.input_layernorm.weight")
            {
                values.AsSpan().Fill(60_000);
            }

            var changed = device.Allocate(tensor.DType, tensor.Shape);
            device.Write(values, changed);
            copy.Add(name, changed);
        }

        SafetensorsWriter.Write(Path.Combine(directory, "model.safetensors"), copy);
    }
}
