using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using Convergence.Cli.Hosting;
using Convergence.Cli.Tests.Support;
using Convergence.Testing;

namespace Convergence.Cli.Tests.Commands;

/// <summary>Models that cannot be used: each is refused with the file, what is wrong and the cure, and nothing is left behind.</summary>
public sealed class BadModelTests
{
    private static readonly TinyModelOptions Options = TinyJob.Options;

    private TemporaryDirectory _directory = null!;

    private string Good => _directory.Combine("good");

    private string Bad => _directory.Combine("bad");

    [SetUp]
    public void MakeModels()
    {
        _directory = new TemporaryDirectory();
        TinyModels.Write(Good, Options, seed: 1);
        TinyModels.Write(Bad, Options, seed: 2);
    }

    [TearDown]
    public void RemoveModels() => _directory.Dispose();

    [Test]
    public void TruncatedWeights_AreRefused()
    {
        ChangeWeights(bytes => bytes[..^100]);
        AssertRefused("model.safetensors", Inspect());
        AssertRefused("model.safetensors", Merge());
    }

    [Test]
    public void OversizedHeader_IsRefused()
    {
        ChangeWeights(bytes =>
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, 1UL << 60);
            return bytes;
        });
        AssertRefused("model.safetensors", Inspect());
    }

    [Test]
    public void OverlappingTensors_AreRefused()
    {
        ChangeHeader(header =>
            header["model.norm.weight"]!["data_offsets"] = header["model.layers.0.input_layernorm.weight"]!["data_offsets"]!.DeepClone());
        AssertRefused("model.safetensors", Inspect());
    }

    [Test]
    public void HeaderThatLiesAboutAShape_IsRefused()
    {
        ChangeHeader(header => header["model.norm.weight"]!["shape"] = new JsonArray(3));
        AssertRefused("model.norm.weight", Inspect());
    }

    [Test]
    public void MissingShard_IsRefusedByItsName()
    {
        File.Delete(Path.Combine(Bad, "model.safetensors"));
        File.WriteAllText(
            Path.Combine(Bad, "model.safetensors.index.json"),
            """{"metadata": {"total_size": 4}, "weight_map": {"model.norm.weight": "model-00002-of-00002.safetensors"}}""");
        AssertRefused("model-00002-of-00002.safetensors", Inspect());
        AssertRefused("Download the missing file", Merge());
    }

    [Test]
    public void TensorOfAnotherShape_IsRefusedByName()
    {
        Rewrite(Options with { IntermediateSize = 40 });
        AssertRefused("mlp.", Merge());
    }

    [Test]
    public void TensorOfAnotherName_IsRefusedByName()
    {
        Rewrite(Options with { LayerCount = 3 });
        AssertRefused("layers.2", Merge());
    }

    [Test]
    public void OtherVocabulary_IsRefused()
    {
        Rewrite(Options with { VocabularySize = 40 });
        AssertRefused("vocab_size 40", Merge());
    }

    [TestCase(float.NaN)]
    [TestCase(float.PositiveInfinity)]
    public void WeightsThatAreNotNumbers_AreRefusedByTensor(float value)
    {
        Directory.Delete(Bad, recursive: true);
        using (var weights = TinyModels.Weights(Options, 2, (name, index) => name == "model.norm.weight" && index == 3 ? value : 0))
        {
            TinyModels.Write(Bad, Options, weights);
        }

        AssertRefused("model.norm.weight", Merge());
    }

    [Test]
    public void UnsupportedArchitecture_IsRefusedByName()
    {
        var path = Path.Combine(Bad, "config.json");
        File.WriteAllText(
            path, File.ReadAllText(path)
                .Replace("llama", "mamba", StringComparison.Ordinal)
                .Replace("LlamaForCausalLM", "MambaForCausalLM", StringComparison.Ordinal));
        TinyJob.WriteTask(_directory.Path, "search", seed: 1);
        AssertRefused("Mamba", Run("eval", Bad, "--tasks", _directory.Combine("search.yaml")));
    }

    [Test]
    public void ModelWithoutTokenizer_CannotReadAPrompt() =>
        AssertRefused("holds no tokenizer.json", Run("generate", Good, "--prompt", "a"));

    [Test]
    public void OutputThatExists_IsRefusedAndKept()
    {
        Directory.CreateDirectory(_directory.Combine("merged"));
        File.WriteAllText(_directory.Combine("merged", "precious.txt"), "keep me");
        AssertRefused("already exists and is not overwritten", Merge());
    }

    [Test]
    public void OutputThatAnotherProcessWrites_IsRefused_AndNotSaidToBeOnesOwnToGoOnWith()
    {
        Directory.CreateDirectory(_directory.Combine(".merged.partial"));
        var recipe = WriteRecipe();
        using var hold = new FileStream(_directory.Combine(".merged.lock"), FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        var result = CliRunner.Run("merge", recipe, "--out", _directory.Combine("merged"), "--root", _directory.Path);
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.BadInput), result.ToString());
        Assert.That(result.Error, Does.StartWith("error: ").And.Contain("another process is writing it now"));
    }

    [Test]
    public void FullDisk_LeavesNothingBehind([Values("5GB", "10KB")] string shardSize)
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Ignore("A limit on the size of files, which stands in for a full disk here, is set the Unix way.");
        }

        WriteRecipe();
        var before = FolderSnapshot.Take(_directory.Path);
        var merge = $"merge recipe.yaml -o merged --shard-size {shardSize}";

        // The runtime maps its own code through a file, which the limit would forbid.
        var script = $"export DOTNET_EnableWriteXorExecute=0; trap '' XFSZ; ulimit -f 4; exec dotnet '{CliProcess.ProgramPath}' {merge}";
        var result = CliProcess.RunProgram(_directory.Path, "bash", "-c", script);
        AssertRefused("the disk is full", (result, before));
        Assert.That(result.Error, Does.Contain("Free some space").And.Contain("bytes are needed"));

        // With space again the same command begins anew, in one file or several.
        var after = CliProcess.Run(_directory.Path, merge.Split(' '));
        Assert.That(after.ExitCode, Is.Zero, after.ToString());
        Assert.That(
            Directory.GetFiles(_directory.Combine("merged"), "*.safetensors"),
            shardSize == "5GB" ? Has.Length.EqualTo(1) : Has.Length.GreaterThan(1));
    }

    [Test]
    public void FullDisk_OfTinySize_IsNamedWithTheCure([Values("5GB", "10KB")] string shardSize)
    {
        var disk = Directory.CreateDirectory(_directory.Combine("disk")).FullName;
        var mount = $"mount -t tmpfs -o size=16k none '{disk}'";
        if (!OperatingSystem.IsLinux() || CliProcess.RunProgram(_directory.Path, "unshare", "-rm", "bash", "-c", mount).ExitCode != 0)
        {
            Assert.Ignore("A disk of its own for a process is to be had on Linux, where users may have namespaces.");
        }

        WriteRecipe();
        var merge = $"exec dotnet '{CliProcess.ProgramPath}' merge recipe.yaml -o disk/merged --shard-size {shardSize}";
        var before = FolderSnapshot.Take(_directory.Path);
        var result = CliProcess.RunProgram(_directory.Path, "unshare", "-rm", "bash", "-c", $"{mount} && {merge}");
        AssertRefused("the disk is full", (result, before));
        Assert.That(
            result.Error,
            Does.Contain(disk).And.Contain("Free some space").And.Contain("bytes are needed").And.Not.Contain("may be written to"));
    }

    private (CliResult Result, IReadOnlyList<string> Before) Inspect() => Run("inspect", Bad);

    private (CliResult Result, IReadOnlyList<string> Before) Merge() =>
        Run("merge", WriteRecipe(), "--out", _directory.Combine("merged"), "--root", _directory.Path);

    private (CliResult Result, IReadOnlyList<string> Before) Run(params string[] args)
    {
        var before = FolderSnapshot.Take(_directory.Path);
        return (CliRunner.Run(args), before);
    }

    private void AssertRefused(string fragment, (CliResult Result, IReadOnlyList<string> Before) run)
    {
        Assert.That(run.Result.ExitCode, Is.EqualTo(ExitCode.BadInput), run.Result.ToString());
        Assert.That(run.Result.Error, Does.StartWith("error: ").And.Contain(fragment));
        Assert.That(run.Result.Error, Does.Not.Contain("   at ").And.Not.Contain("Exception"));
        Assert.That(FolderSnapshot.Take(_directory.Path), Is.EqualTo(run.Before), "nothing may be left behind");
    }

    private string WriteRecipe()
    {
        var path = _directory.Combine("recipe.yaml");
        File.WriteAllText(
            path,
            "merge_method: linear\nmodels:\n  - model: good\n    parameters: {weight: 1}\n  - model: bad\n    parameters: {weight: 1}\n");
        return path;
    }

    private void Rewrite(TinyModelOptions options)
    {
        Directory.Delete(Bad, recursive: true);
        TinyModels.Write(Bad, options, seed: 2);
    }

    private void ChangeWeights(Func<byte[], byte[]> change)
    {
        var path = Path.Combine(Bad, "model.safetensors");
        File.WriteAllBytes(path, change(File.ReadAllBytes(path)));
    }

    private void ChangeHeader(Action<JsonObject> change) => ChangeWeights(bytes =>
    {
        var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        var header = JsonNode.Parse(bytes.AsSpan(8, length))!.AsObject();
        change(header);
        var text = Encoding.UTF8.GetBytes(header.ToJsonString());
        var result = new byte[8 + text.Length + bytes.Length - 8 - length];
        BinaryPrimitives.WriteUInt64LittleEndian(result, (ulong)text.Length);
        text.CopyTo(result, 8);
        bytes.AsSpan(8 + length).CopyTo(result.AsSpan(8 + text.Length));
        return result;
    });
}
