using Convergence.Cli.Hosting;
using Convergence.Cli.Tests.Support;
using Convergence.Cuda.Tests.Emulation;
using Convergence.Merging;
using Convergence.Merging.Tests.Golden;
using Convergence.Merging.Tests.Models.Lora;
using Convergence.Testing;

namespace Convergence.Cuda.Tests.Commands;

/// <summary><c>convergence merge --device cuda</c> on the emulated GPU: the files that it writes on the CPU.</summary>
[NonParallelizable]
public sealed class MergeOnGpuTests
{
    private const string Query = "model.layers.0.self_attn.q_proj";

    private TemporaryDirectory _directory = null!;

    private static IEnumerable<string> Examples() => Directory.GetFiles(RepositoryRoot.Combine("examples"), "*.yaml")
        .Where(file => File.ReadLines(file).Any(line => line.StartsWith("#   ./convergence merge ", StringComparison.Ordinal)))
        .Select(file => Path.GetFileName(file))
        .Order(StringComparer.Ordinal);

    private static IEnumerable<string> GoldenRecipes() =>
        SharedData.TryFind(out var path, out _, "golden", "recipes", "expected")
            ? Directory.GetFiles(path, "*.safetensors").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)
            : [];

    [SetUp]
    public void Begin()
    {
        EmulatedGpu.Require();
        _directory = new TemporaryDirectory();
    }

    [TearDown]
    public void End()
    {
        EmulatedGpu.Reset();
        _directory?.Dispose();
    }

    [TestCaseSource(nameof(Examples))]
    public void Merge_Example_WritesTheCpusFiles(string file)
    {
        var launches = EmulatedGpu.LaunchCounts.Values.Sum();
        AssertTheCpusFiles(RepositoryRoot.Combine("examples", file), RepositoryRoot.Path, "--shard-size", "500KB");

        // What is only copied does not go to the GPU; all else does.
        Assert.That(EmulatedGpu.LaunchCounts.Values.Sum() > launches, Is.EqualTo(file != "frankenmerge.yaml"));
    }

    [TestCaseSource(nameof(GoldenRecipes))]
    public void Merge_GoldenRecipe_WritesTheCpusFiles(string name)
    {
        // Refused on any device, but what the other implementation made of it is there.
        if (name != "vocab_mismatch_linear")
        {
            var root = Path.Combine(GoldenCase.Folder(), "recipes");
            AssertTheCpusFiles(Path.Combine(root, "configs", name + ".yml"), root);
        }
    }

    [Test]
    public void Merge_AdapterAndAnotherVocabulary_WritesTheCpusFiles()
    {
        WriteModels();
        AssertTheCpusFiles(
            Recipe(
                """
                merge_method: ties
                base_model: base
                models: [{model: base+lora}, {model: tuned}, {model: other}]
                parameters: {weight: 0.5, density: 0.4}
                tokenizer_source: union
                """),
            _directory.Path);
    }

    [TestCase("global")]
    [TestCase("tensor")]
    public void Merge_MemoryForNoTensorOrOnlySmallOnes_GoesOnTheProcessors_AndSaysSoOnce(string scope)
    {
        WriteModels();
        var recipe = Recipe(
            $$"""
            merge_method: ties
            base_model: base
            models: [{model: tuned}, {model: base+lora}]
            parameters: {weight: 0.5, density: 0.4, trim_scope: {{scope}}}
            """);
        EmulatedGpu.Configure("memory", EmulatedGpu.AllocatedBytes() + (64 << 20) + 20_000);
        var error = AssertTheCpusFiles(recipe, _directory.Path);
        Assert.That(error.Split("is merged on the processors"), Has.Length.EqualTo(2), error);
        Assert.That(error, Does.Contain("note: the GPU has no memory for tensor model.layers.0.mlp.down_proj.weight [32, 48]"));
        Assert.That(error, Does.Contain("inputs and result take 24.6 kB"));
        EmulatedGpu.Configure("memory", EmulatedGpu.AllocatedBytes() + (64 << 20));
        AssertTheCpusFiles(recipe, _directory.Path);
    }

    [Test]
    public void Merge_AllocationThatFails_MakesRoomAndGoesOn([Values(1, 9, 20, 31)] int place)
    {
        WriteModels();
        var recipe = Recipe("merge_method: slerp\nbase_model: base\nmodels: [{model: base}, {model: tuned}]\nparameters: {t: 0.3}\n");
        EmulatedGpu.Configure("failing_allocation", place);
        AssertTheCpusFiles(recipe, _directory.Path);
    }

    [Test]
    public void Merge_UploadForWhichThereIsNoMemory_GoesOn([Values(0, 3, 7)] int place)
    {
        WriteModels();
        var recipe = Recipe("merge_method: slerp\nbase_model: base\nmodels: [{model: base}, {model: tuned}]\nparameters: {t: 0.3}\n");
        EmulatedGpu.Configure("failing_call", $"cuMemcpyHtoDAsync 2 1 {place}");
        AssertTheCpusFiles(recipe, _directory.Path);
        Assert.That(EmulatedGpu.AllocatedBytes(), Is.Zero);
    }

    [Test]
    public void Run_KernelThatFaults_KeepsWhatIsFinished_AndAMergeOnTheCpuGoesOn()
    {
        var recipe = RepositoryRoot.Combine("examples", "merge-dfs.yaml");
        var options = new StreamedMergeOptions { ShardByteCount = 500_000 };
        using (var parents = new ParentModels(RepositoryRoot.Path))
        using (var device = EmulatedDevice.Create())
        {
            var plan = MergePlanner.Plan(RecipeReader.ReadFile(recipe), parents);
            Directory.CreateDirectory(Path.GetDirectoryName(Out("cpu"))!);
            void Break(MergeProgress at) => EmulatedGpu.Configure("fault", at.ShardNumber == 3 ? "combine_vectors" : "");
            Assert.That(
                () => new StreamedMerge(device).Run(plan, Out("cpu"), options, Break),
                Throws.TypeOf<CudaException>().With.Property(nameof(CudaException.IsLost)).True);
            Assert.That(Directory.Exists(Out("cpu")), Is.False);
        }

        EmulatedGpu.Reset();
        var resumed = Merge("cpu", recipe, RepositoryRoot.Path, "--shard-size", "500KB");
        Assert.That(resumed.Output, Does.Contain("resumed after 2 of 5 files"), resumed.ToString());
        Assert.That(Merge("cuda", recipe, RepositoryRoot.Path, "--shard-size", "500KB").ExitCode, Is.Zero);
        AssertSameFiles();
    }

    [Test]
    public void Merge_WeightsThatAreNoNumbers_AreRefusedAsOnTheCpu()
    {
        WriteModels();
        using var weights = TinyModels.Weights(
            new TinyModelOptions { VocabularySize = 29 }, 1, (name, index) => index == 5 && name == "model.norm.weight" ? double.NaN : 0);
        TinyModels.Write(_directory.Combine("tuned"), new TinyModelOptions { VocabularySize = 29 }, weights);
        foreach (var method in new[] { "linear", "dare_linear", "slerp" })
        {
            var recipe = Recipe(
                $"merge_method: {method}\nbase_model: base\nmodels: [{{model: base}}, {{model: tuned}}]\n"
                + "parameters: {t: 0.3, weight: 0.5, density: 0.5}\n");
            var errors = new[] { "cpu", "cuda" }.Select(device => Merge(device, recipe, _directory.Path)).ToList();
            Assert.That(errors[1].ExitCode, Is.EqualTo(ExitCode.BadInput), method);
            Assert.That(errors[1].Error, Does.Contain("tensor model.norm.weight [32] has 1 element that is NaN or infinite"));
            Assert.That(errors[1].Error, Does.EndWith("\n" + errors[0].Error), method);
        }
    }

    [Test]
    public void Plan_SaysWhatTensorsTakeOfTheGpusMemory()
    {
        WriteModels();
        var recipe = Recipe("merge_method: linear\nmodels: [{model: base}, {model: tuned}]\nparameters: {weight: 0.5}\n");
        var plan = CliRunner.Run("merge", recipe, "--plan", "--json", "--root", _directory.Path, "--device", "cuda");
        Assert.That(plan.ExitCode, Is.Zero, plan.ToString());

        // The largest tensor of either model, 48 x 32 numbers of four bytes, its result, and the result before.
        Assert.That(plan.Output, Does.Contain($"\"device_memory_bytes\":{4 * 48 * 32 * 4},"));
    }

    [Test]
    public void Device_AutoAndAnIndexThatDoesNotExist_SayWhatThereIs()
    {
        WriteModels();
        var recipe = Recipe("merge_method: linear\nmodels: [{model: base}, {model: tuned}]\nparameters: {weight: 0.5}\n");
        Assert.That(
            Merge("auto", recipe, _directory.Path).Error,
            Does.StartWith($"device: auto chose cuda:0.{Environment.NewLine}device cuda:0, Emulated GPU 0, sm_90, "));
        var missing = Merge("cuda:3", recipe, _directory.Path);
        Assert.That(missing.ExitCode, Is.EqualTo(ExitCode.BadInput));
        Assert.That(missing.Error, Does.Contain("cuda:3 does not exist. There is cuda:0, Emulated GPU 0"));
    }

    [Test]
    public void Device_Auto_IsTold_BesideAnAnswerThatStaysJson([Values("merge", "eval", "generate", "reproduce")] string command)
    {
        EmulatedGpu.Configure("devices", 0);
        WriteModels();
        var recipe = Recipe("merge_method: linear\nmodels: [{model: base}, {model: tuned}]\nparameters: {weight: 0.5}\n");
        if (command == "reproduce")
        {
            Assert.That(Merge("cpu", recipe, _directory.Path).ExitCode, Is.Zero);
        }

        var tasks = _directory.Combine("tasks.yaml");
        File.WriteAllText(tasks, "tasks: [{name: text, kind: perplexity, data: text.jsonl}]\n");
        File.WriteAllText(_directory.Combine("text.jsonl"), "{\"text\": \"abc\"}\n");
        string[] arguments = command switch
        {
            "merge" => ["merge", recipe, "--plan", "--root", _directory.Path],
            "eval" => ["eval", _directory.Combine("base"), "--tasks", tasks],
            "generate" => ["generate", _directory.Combine("base"), "--prompt", "abc"],
            _ => ["reproduce", Path.Combine(Out("cpu"), "recipe.lock"), "--root", _directory.Path],
        };
        var result = CliRunner.Run([.. arguments, "--json", "--device", "auto"]);

        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        Assert.That(result.Error, Does.StartWith("device: auto chose the CPU. ").And.Match(@"\ndevice CPU, \d+ threads?, "));
        Assert.That(
            result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            Is.Not.Empty.And.All.StartsWith("{").And.All.EndsWith("}"));
    }

    private void WriteModels()
    {
        var options = new TinyModelOptions { VocabularySize = 29 };
        TinyModels.Write(_directory.Combine("base"), options, seed: 1);
        TinyModels.WriteSpecialist(_directory.Combine("tuned"), options, baseSeed: 1, seed: 2);
        TinyModels.WriteSpecialist(_directory.Combine("other"), options, baseSeed: 1, seed: 3);
        foreach (var name in new[] { "base", "tuned", "other" })
        {
            TinyTokenizer.Write(_directory.Combine(name));
        }

        var tokenizer = _directory.Combine("other", "tokenizer.json");
        File.WriteAllText(tokenizer, File.ReadAllText(tokenizer).Replace("\"z\":28", "\"#\":28", StringComparison.Ordinal));
        using var down = AdapterFiles.Random("A", 2, 32);
        using var up = AdapterFiles.Random("B", 32, 2);
        AdapterFiles.Write(_directory.Combine("lora"), "{}", (Query + ".lora_A.weight", down), (Query + ".lora_B.weight", up));
    }

    private string Recipe(string text)
    {
        var path = _directory.Combine("recipe.yaml");
        File.WriteAllText(path, text);
        return path;
    }

    private string Out(string device) => _directory.Combine($"on-{device.Replace(':', '-')}", "merged");

    private CliResult Merge(string device, string recipe, string root, params string[] more)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Out(device))!);
        return CliRunner.Run(["merge", recipe, "-o", Out(device), "--root", root, "--device", device, .. more]);
    }

    /// <summary>Merges on both, compares every file, and gives back what the merge on the GPU said.</summary>
    private string AssertTheCpusFiles(string recipe, string root, params string[] more)
    {
        foreach (var device in new[] { "cpu", "cuda" }.Where(device => Directory.Exists(Out(device))))
        {
            Directory.Delete(Out(device), recursive: true);
        }

        var (onCpu, onGpu) = (Merge("cpu", recipe, root, more), Merge("cuda", recipe, root, more));
        Assert.That(onCpu.ExitCode, Is.Zero, onCpu.ToString());
        Assert.That(onGpu.ExitCode, Is.Zero, onGpu.ToString());
        AssertSameFiles();
        return onGpu.Error;
    }

    private void AssertSameFiles()
    {
        var files = Directory.GetFiles(Out("cpu")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal).ToList();
        Assert.That(Directory.GetFiles(Out("cuda")).Select(path => Path.GetFileName(path)), Is.EquivalentTo(files));
        foreach (var file in files)
        {
            var expected = File.ReadAllBytes(Path.Combine(Out("cpu"), file));
            var actual = File.ReadAllBytes(Path.Combine(Out("cuda"), file));
            Assert.That(actual.AsSpan().SequenceEqual(expected), file);
        }
    }
}
