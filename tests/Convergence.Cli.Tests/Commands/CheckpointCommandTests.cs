using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Cli.Hosting;
using Convergence.Cli.Tests.Support;
using Convergence.Merging;
using Convergence.Tensors;
using Convergence.Testing;

namespace Convergence.Cli.Tests.Commands;

/// <summary>diff, extract-lora and reproduce, through the command line.</summary>
public sealed class CheckpointCommandTests
{
    private TemporaryDirectory _directory = null!;

    private string Base => _directory.Combine("base");

    private string Tuned => _directory.Combine("tuned");

    private string Adapter => _directory.Combine("adapter");

    private string Lock => _directory.Combine("merged", "recipe.lock");

    [SetUp]
    public void MakeModels()
    {
        _directory = new TemporaryDirectory();
        TinyModels.Write(Base, TinyJob.Options, seed: 1);
        TinyModels.WriteSpecialist(Tuned, TinyJob.Options, baseSeed: 1, seed: 2);
    }

    [TearDown]
    public void RemoveModels() => _directory.Dispose();

    [Test]
    public void Diff_OfEqualModels_SaysSo()
    {
        var result = CliRunner.Run("diff", Base, Base);
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        Assert.That(
            result.Output, Does.EndWith("are equal in all 20 tensors\n").And.Match(@"(?m)^model\.norm\.weight +0\.000e\+00 .* all$"));
    }

    [Test]
    public void Diff_WithJson_MeasuresEveryTensor()
    {
        var line = CliRunner.Run("diff", Base, Tuned, "--json").JsonLines().Single();
        Assert.That(line.GetProperty("equal").GetBoolean(), Is.False);
        Assert.That(line.GetProperty("l2").GetDouble(), Is.GreaterThan(0));
        var tensors = line.GetProperty("tensors").EnumerateArray().ToList();
        Assert.That(
            tensors.Select(tensor => tensor.GetProperty("name").GetString()),
            Is.EquivalentTo(TinyModels.Shapes(TinyJob.Options).Select(shape => shape.Name)));
        foreach (var tensor in tensors)
        {
            Assert.That(tensor.GetProperty("max_abs").GetDouble(), Is.InRange(1e-4, 0.2));
            Assert.That(tensor.GetProperty("cosine").GetDouble(), Is.InRange(0.5, 1.0));
            Assert.That(tensor.GetProperty("equal_elements").GetInt64(), Is.LessThan(tensor.GetProperty("elements").GetInt64()));
        }
    }

    [Test]
    public void Diff_OfOtherShapes_NamesThem()
    {
        var other = _directory.Combine("other");
        TinyModels.Write(other, TinyJob.Options with { LayerCount = 3, VocabularySize = 40, DType = DType.BF16 }, seed: 1);
        var result = CliRunner.Run("diff", Base, other);
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.NotComparable), result.ToString());
        Assert.That(result.Output, Does.Match(@"embed_tokens\.weight +- .*shape: \[32, 16\], \[40, 16\]"));
        Assert.That(result.Output, Does.Match(@"layers\.2\.mlp\.up_proj\.weight .*only in the second"));
        Assert.That(result.Output, Does.Match(@"model\.norm\.weight +\d\.\d+e.*type: F32, BF16"));
        Assert.That(result.Output, Does.Contain("10 of 29 tensors cannot be compared"));
        var json = CliRunner.Run("diff", Base, other, "--json");
        Assert.That(json.ExitCode, Is.EqualTo(ExitCode.NotComparable), json.ToString());
        Assert.That(json.JsonLines().Single().GetProperty("incomparable").GetInt32(), Is.EqualTo(10));
    }

    [Test]
    public void ExtractLora_AppliedToTheBase_GivesTheModelUpToTheReportedErrors()
    {
        var line = Extract("--rank", "4", "--embeddings", "--json").JsonLines().Single();
        var modules = line.GetProperty("modules").EnumerateArray().ToDictionary(module => module.GetProperty("tensor").GetString()!);
        Assert.That(modules, Has.Count.EqualTo(15), "seven matrices in each of two layers, and the embedding");
        Assert.That(
            line.GetProperty("left_out").EnumerateArray().Select(name => name.GetString()).ToList(),
            Has.Member("model.norm.weight").And.Count.EqualTo(5));
        foreach (var (name, module) in modules)
        {
            var missed = Distance(Tuned, Base + "+" + Adapter, name);
            var norm = module.GetProperty("norm").GetDouble();
            Assert.That(norm, Is.EqualTo(Distance(Tuned, Base, name)).Within(1e-5 * norm), name);
            Assert.That(missed, Is.EqualTo(module.GetProperty("relative_error").GetDouble() * norm).Within(1e-4 * norm), name);
            Assert.That(missed, Is.LessThan(norm));
        }
    }

    [Test]
    public void ExtractLora_OfFullRank_MissesNothing()
    {
        var line = Extract("--rank", "64", "--json").JsonLines().Single();
        Assert.That(line.GetProperty("relative_error").GetDouble(), Is.LessThan(1e-5));
        Assert.That(
            line.GetProperty("modules").EnumerateArray().Max(module => module.GetProperty("rank").GetInt32()),
            Is.EqualTo(16),
            "the smaller side");
    }

    [Test]
    public void ExtractLora_WithEnergy_TakesTheRanksThatReachIt()
    {
        var line = Extract("--rank", "16", "--energy", "0.5", "--modules", "q_proj,down_proj", "--json").JsonLines().Single();
        var modules = line.GetProperty("modules").EnumerateArray().ToList();
        Assert.That(modules, Has.Count.EqualTo(4));
        Assert.That(modules.Select(module => module.GetProperty("tensor").GetString()), Has.All.Match("q_proj|down_proj"));
        Assert.That(
            modules.Select(module => module.GetProperty("relative_error").GetDouble()), Has.All.LessThanOrEqualTo(Math.Sqrt(0.5) + 1e-6));
        Assert.That(modules.Select(module => module.GetProperty("rank").GetInt32()), Has.All.LessThan(16));
        Assert.That(CliRunner.Run("diff", Tuned, Base + "+" + Adapter).ExitCode, Is.Zero, "ranks that differ are read back");
    }

    [Test]
    public void ExtractLora_Twice_GivesTheSameBytes()
    {
        Extract("--rank", "3");
        var first = File.ReadAllBytes(Path.Combine(Adapter, "adapter_model.safetensors"));
        Directory.Move(Adapter, Adapter + "1");
        Extract("--rank", "3");
        Assert.That(File.ReadAllBytes(Path.Combine(Adapter, "adapter_model.safetensors")), Is.EqualTo(first));
    }

    [TestCase("--modules nothing", "no matrix of its layers has a name with nothing. Its modules are")]
    [TestCase("--rank 0", "--rank: '0' is not a number in [1, 4096].")]
    [TestCase("--energy 2", "--energy: '2' is not a number in [1E-06, 1].")]
    public void ExtractLora_BadOption_IsRefused(string options, string expected)
    {
        var result = CliRunner.Run(["extract-lora", Tuned, "--base", Base, "-o", Adapter, .. options.Split(' ')]);
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.BadInput));
        Assert.That(result.Error, Does.Contain(expected));
        Assert.That(Directory.Exists(Adapter), Is.False);
    }

    [TestCase("vocab_size", "40")]
    [TestCase("model_type", "\"gpt2\"")]
    public void ExtractLora_FromAnotherBase_AsksForTheRightOne(string key, string value)
    {
        var path = Path.Combine(Tuned, "config.json");
        var config = JsonNode.Parse(File.ReadAllText(path))!;
        config[key] = JsonNode.Parse(value);
        config["vocab_size"] = 40;
        TinyModels.Write(Tuned, TinyJob.Options with { VocabularySize = 40 }, seed: 2);
        File.WriteAllText(path, config.ToJsonString());
        var result = CliRunner.Run("extract-lora", Tuned, "--base", Base, "-o", Adapter);
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.BadInput));
        Assert.That(result.Error, Does.Contain($"says {key} ")
            .And.Contain("name the base that it was fine-tuned from")
            .And.Not.Contain("tokenizer_source"));
    }

    [Test]
    public void ExtractLora_OfEqualModels_HasNothingToExtract()
    {
        var result = CliRunner.Run("extract-lora", Base, "--base", Base, "-o", Adapter);
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.BadInput));
        Assert.That(result.Error, Does.Contain("are equal in all 14 matrices"));
    }

    [TestCase("1")]
    [TestCase("3")]
    public void Reproduce_OnAnyNumberOfThreads_ProvesTheMerge(string threads)
    {
        Merge();
        var rebuilt = _directory.Combine("rebuilt");
        var result = CliRunner.Run("reproduce", Lock, "--root", _directory.Path, "--threads", threads, "-o", rebuilt, "--json");
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        var file = result.JsonLines().Single().GetProperty("files")[0];
        Assert.That(file.GetProperty("name").GetString(), Is.EqualTo("model.safetensors"));
        Assert.That(
            File.ReadAllBytes(Path.Combine(rebuilt, "model.safetensors")),
            Is.EqualTo(File.ReadAllBytes(_directory.Combine("merged", "model.safetensors"))));
        Assert.That(File.ReadAllText(Path.Combine(rebuilt, "recipe.lock")), Is.EqualTo(File.ReadAllText(Lock)));
    }

    [Test]
    public void Reproduce_WithoutAnOutput_KeepsNothing()
    {
        Merge();
        var before = FolderSnapshot.Take(_directory.Path);
        var result = CliRunner.Run("reproduce", Lock, "--root", _directory.Path);
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        Assert.That(result.Output, Does.StartWith("reproduced: dare_linear of tuned, base, 20 tensors\nmodel.safetensors  "));
        Assert.That(FolderSnapshot.Take(_directory.Path), Is.EqualTo(before));
    }

    [Test]
    public void Reproduce_AfterAParentChanged_SaysWhich()
    {
        Merge();
        var path = Path.Combine(Tuned, "model.safetensors");
        var bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);
        var result = CliRunner.Run("reproduce", Lock, "--root", _directory.Path);
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.BadInput));
        Assert.That(
            result.Error, Does.Match("  tuned: model.safetensors has SHA-256 [0-9a-f]{64}, not [0-9a-f]{64}\n").And.Not.Contain("base: "));
    }

    [Test]
    public void Reproduce_OfALockWithAnotherHash_IsNotReproducedAndKeepsNothing()
    {
        Merge();
        var written = RecipeLock.Read(Lock);
        (written with { Output = [written.Output[0] with { Sha256 = new string('0', 64) }] }).Write(Lock);
        var rebuilt = _directory.Combine("rebuilt");
        var result = CliRunner.Run("reproduce", Lock, "--root", _directory.Path, "-o", rebuilt);
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.NotReproduced), result.ToString());
        Assert.That(result.Error, Does.Contain("model.safetensors came out otherwise"));
        Assert.That(Directory.Exists(rebuilt), Is.False);
    }

    [Test]
    public void Reproduce_OfALockWithOtherNumbers_SaysWhichBeforeMerging()
    {
        Merge();
        var written = RecipeLock.Read(Lock);
        var numbers = written.Resolved.ToJsonString().Replace("\"Lambda\":1", "\"Lambda\":2", StringComparison.Ordinal);
        (written with { Resolved = (JsonArray)JsonNode.Parse(numbers)! }).Write(Lock);
        var result = CliRunner.Run("reproduce", Lock, "--root", _directory.Path);
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.NotReproduced), result.ToString());
        Assert.That(result.Error, Does.Contain("resolves to other numbers").And.Contain("\"Lambda\":2"));
    }

    [Test]
    public void Reproduce_OfAModelInShards_MakesTheSameShards()
    {
        Merge("--shard-size", "8192");
        Assert.That(Directory.GetFiles(_directory.Combine("merged"), "model-*.safetensors"), Has.Length.GreaterThan(1));
        var result = CliRunner.Run("reproduce", Lock, "--root", _directory.Path, "--json");
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        Assert.That(result.JsonLines().Single().GetProperty("files").GetArrayLength(), Is.GreaterThan(1));
    }

    [Test]
    public void Reproduce_OfSeveralSteps_MergesThemAgain()
    {
        var recipe = _directory.Combine("steps.yaml");
        File.WriteAllText(
            recipe,
            """
            name: half
            merge_method: linear
            models:
              - {model: base, parameters: {weight: 1}}
              - {model: tuned, parameters: {weight: 1}}
            ---
            merge_method: slerp
            base_model: tuned
            models:
              - {model: tuned}
              - {model: half}
            parameters: {t: 0.25}
            """);
        var merged = CliRunner.Run("merge", recipe, "-o", _directory.Combine("merged"), "--root", _directory.Path);
        Assert.That(merged.ExitCode, Is.Zero, merged.ToString());
        var parents = JsonDocument.Parse(File.ReadAllText(Lock)).RootElement.GetProperty("parents").EnumerateArray();
        Assert.That(
            parents.Select(parent => parent.GetProperty("name").GetString()),
            Is.EqualTo(new[] { "base", "tuned" }),
            "what a step made is not a file to keep");
        var before = FolderSnapshot.Take(_directory.Path);
        var result = CliRunner.Run("reproduce", Lock, "--root", _directory.Path);
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        Assert.That(FolderSnapshot.Take(_directory.Path), Is.EqualTo(before));
    }

    [Test]
    public void Merge_WithAnAdapter_IsLockedAndReproduced()
    {
        Extract("--rank", "2");
        var recipe = _directory.Combine("lora.yaml");
        File.WriteAllText(
            recipe, "merge_method: task_arithmetic\nbase_model: base\nmodels:\n  - {model: base+adapter, parameters: {weight: 0.5}}\n");
        var merged = CliRunner.Run("merge", recipe, "-o", _directory.Combine("merged"), "--root", _directory.Path);
        Assert.That(merged.ExitCode, Is.Zero, merged.ToString());
        Assert.That(File.ReadAllText(Lock), Does.Contain("adapter_model.safetensors").And.Contain("\"name\": \"base+adapter\""));
        Assert.That(CliRunner.Run("reproduce", Lock, "--root", _directory.Path).ExitCode, Is.Zero);
    }

    private void Merge(params string[] more)
    {
        var recipe = _directory.Combine("recipe.yaml");
        File.WriteAllText(
            recipe,
            "merge_method: dare_linear\nbase_model: base\nseed: 7\nmodels:\n  - {model: tuned, parameters: {weight: 0.5, density: 0.5}}\n");
        var result = CliRunner.Run(["merge", recipe, "-o", _directory.Combine("merged"), "--root", _directory.Path, .. more]);
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
    }

    private CliResult Extract(params string[] more)
    {
        var result = CliRunner.Run(["extract-lora", Tuned, "--base", Base, "-o", Adapter, .. more]);
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        return result;
    }

    private static double Distance(string first, string second, string tensor) =>
        CliRunner.Run("diff", first, second, "--json").JsonLines().Single()
            .GetProperty("tensors").EnumerateArray().Single(entry => entry.GetProperty("name").GetString() == tensor).GetProperty("l2")
            .GetDouble();
}
