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
    public void CheckpointOfAnotherJob_IsRefusedWithTheDifference()
    {
        var other = Path.Combine(_directory.Path, "other.yaml");
        File.WriteAllText(other, File.ReadAllText(_config).Replace("population_size: 6", "population_size: 7", StringComparison.Ordinal));
        AssertRefused(Checkpoint, ["population_size was 6, now is 7"], other);
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
    public void FreshRunOverOldCheckpoints_IsRefusedWithTheChoices()
    {
        var result = CliRunner.Run("evolve", _config, "--out", _directory.Combine("second"));
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.BadInput), result.ToString());
        Assert.That(result.Error, Does.Contain("--resume latest"));
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

    private string Changed(string name, Func<string, string> change)
    {
        var text = File.ReadAllText(Checkpoint);
        var changed = change(text);
        Assert.That(changed != text, "the change must find what it changes");
        File.WriteAllText(_directory.Combine(name), changed);
        return _directory.Combine(name);
    }
}
