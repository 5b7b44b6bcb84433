using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Safetensors;
using Convergence.Testing;

namespace Convergence.Merging.Tests.Models.Lora;

/// <summary><c>model+lora</c> in a recipe: the values are W + s B A, whatever the layout.</summary>
public sealed class LoraInputTests
{
    private const string Query = "model.layers.0.self_attn.q_proj";
    private const string Up = "model.layers.1.mlp.up_proj";

    private static readonly TinyModelOptions Options = new();

    private TemporaryDirectory _folder = null!;
    private TensorSet _output = null!;

    [SetUp]
    public void MakeModel()
    {
        _folder = new TemporaryDirectory();
        _output = new TensorSet();
        TinyModels.Write(_folder.Combine("base"), Options, seed: 1);
    }

    [TearDown]
    public void RemoveModel()
    {
        _output.Dispose();
        _folder.Dispose();
    }

    [TestCase("{}", 2.0, Description = "alpha / r")]
    [TestCase("""{"lora_alpha": 3}""", 1.5)]
    [TestCase("""{"lora_alpha": 3, "use_rslora": true}""", 3 / 1.4142135623730951)]
    [TestCase("""{"alpha_pattern": {"q_proj": 10}}""", 5.0)]
    [TestCase("""{"r": 5, "rank_pattern": {"layers\\.0\\..*q_proj": 2}}""", 2.0)]
    [TestCase("""{"use_rslora": true, "alpha_pattern": {"model.layers.1.self_attn.q_proj": 10}}""", 4 / 1.4142135623730951)]
    public void Linear_AddsTheScaledProduct(string config, double scale)
    {
        var (down, up) = (AdapterFiles.Random("A", 2, 32), AdapterFiles.Random("B", 32, 2));
        AdapterFiles.Write(_folder.Combine("lora"), config, (Query + ".lora_A.weight", down), (Query + ".lora_B.weight", up));
        var merged = Merge();
        AssertIs(merged, Query + ".weight", (row, column) => scale * Product(up, down, row, column));
        AssertIs(merged, Up + ".weight", (_, _) => 0);
    }

    [Test]
    public void NamesWithTheAdaptersOwnName_AreTheSame()
    {
        var (down, up) = (AdapterFiles.Random("A", 2, 32), AdapterFiles.Random("B", 48, 2));
        AdapterFiles.Write(_folder.Combine("lora"), "{}", (Up + ".lora_A.default.weight", down), (Up + ".lora_B.default.weight", up));
        AssertIs(Merge(), Up + ".weight", (row, column) => 2 * Product(up, down, row, column));
    }

    [Test]
    public void FanInFanOut_AddsTheTransposedProduct()
    {
        // Inputs and outputs as a Conv1D of shape [inputs = 48, outputs = 32] has them.
        var (down, up) = (AdapterFiles.Random("A", 2, 48), AdapterFiles.Random("B", 32, 2));
        AdapterFiles.Write(
            _folder.Combine("lora"), """{"fan_in_fan_out": true}""", (Up + ".lora_A.weight", down), (Up + ".lora_B.weight", up));
        AssertIs(Merge(), Up + ".weight", (row, column) => 2 * Product(up, down, column, row));
    }

    [Test]
    public void Embedding_AddsTheTransposedProduct()
    {
        var (down, up) = (AdapterFiles.Random("A", 2, 96), AdapterFiles.Random("B", 32, 2));
        AdapterFiles.Write(
            _folder.Combine("lora"), "{}", ("model.embed_tokens.lora_embedding_A", down), ("model.embed_tokens.lora_embedding_B", up));
        AssertIs(Merge(), "model.embed_tokens.weight", (row, column) => 2 * Product(up, down, column, row));
    }

    [Test]
    public void ModulesToSave_TakeThePlaceOfTheModels_AndAHeadUntiesIt()
    {
        var norm = AdapterFiles.Random("norm", 32);
        var head = AdapterFiles.Random("head", 96, 32);
        AdapterFiles.Write(_folder.Combine("lora"), "{}", ("model.norm.weight", norm), ("lm_head.weight", head));
        using var parents = new ParentModels(_folder.Path);
        using var device = new CpuDevice(2);
        using var output = new TensorSet();
        var plan = MergePlanner.Plan(Recipe(), parents);
        new MergeExecutor(device).Execute(plan, output);
        Assert.That(plan.Config["tie_word_embeddings"]!.GetValue<bool>(), Is.False);
        Assert.That(MemoryModels.Values(output, "model.norm.weight"), Is.EqualTo(norm.AsSpan<float>().ToArray()));
        Assert.That(MemoryModels.Values(output, "lm_head.weight"), Is.EqualTo(head.AsSpan<float>().ToArray()));
    }

    [Test]
    public void ModuleThatWasTrainedAsAWhole_Counts_AndNotWhatItWasBefore()
    {
        var (trained, before) = (AdapterFiles.Random("trained", 32), AdapterFiles.Random("before", 32));
        AdapterFiles.Write(
            _folder.Combine("lora"),
            "{}",
            ("model.norm.modules_to_save.default.weight", trained),
            ("model.norm.original_module.weight", before));
        Assert.That(MemoryModels.Values(Merge(), "model.norm.weight"), Is.EqualTo(trained.AsSpan<float>().ToArray()));
    }

    [Test]
    public void TwoTensorsForOnePlace_AreRefused()
    {
        AdapterFiles.Write(
            _folder.Combine("lora"),
            "{}",
            ("model.norm.modules_to_save.default.weight", AdapterFiles.Random("a", 32)),
            ("model.norm.weight", AdapterFiles.Random("b", 32)));
        AssertRefused("both take the place of model.norm.weight");
    }

    [Test]
    public void Convolution_AddsTheProductOfEveryPlaceInTheWindow()
    {
        const string Filter = "encoder.conv1.weight";
        var (weight, down, up) =
            (AdapterFiles.Random("W", 6, 4, 3, 2), AdapterFiles.Random("A", 2, 4, 3, 2), AdapterFiles.Random("B", 6, 2, 1, 1));
        WriteModel("conv", Filter, weight);
        AdapterFiles.Write(_folder.Combine("lora"), "{}", ("encoder.conv1.lora_A.weight", down), ("encoder.conv1.lora_B.weight", up));
        var merged = MemoryModels.Values(Merge("conv+lora"), Filter);
        var before = weight.AsSpan<float>().ToArray();
        for (var index = 0; index < before.Length; index++)
        {
            // [outputs, inputs, height, width]: B mixes the r maps that A makes of each window.
            var (output, rest) = (index / 24, index % 24);
            var change = Enumerable.Range(0, 2)
                .Sum(k => (double)up.AsSpan<float>()[(output * 2) + k] * down.AsSpan<float>()[(k * 24) + rest]);
            Assert.That(merged[index], Is.EqualTo(before[index] + (2 * change)).Within(1e-6), $"[{index}]");
        }
    }

    [Test]
    public void Convolution_WithAWindowInItsSecondFactor_IsRefused()
    {
        WriteModel("conv", "encoder.conv1.weight", AdapterFiles.Random("W", 6, 4, 3, 2));
        AdapterFiles.Write(
            _folder.Combine("lora"), "{}",
            ("encoder.conv1.lora_A.weight", AdapterFiles.Random("A", 2, 4, 3, 2)),
            ("encoder.conv1.lora_B.weight", AdapterFiles.Random("B", 6, 2, 3, 2)));
        AssertRefused("do not multiply to encoder.conv1.weight [6, 4, 3, 2]", "conv+lora");
    }

    [TestCase("""{"x": 0, "y": 1}""", null, Description = "a copy of the model's")]
    [TestCase("""{"y": 1, "x": 0}""", null, Description = "the order in the file does not count")]
    [TestCase("""{"x": 0, "y": 1, "<|im_start|>": 2}""", "in 1 tokens, first \"<|im_start|>\"")]
    [TestCase("""{"x": 1, "y": 0}""", "in 2 tokens, first \"x\"")]
    [TestCase("""{"x": 0}""", "in 1 tokens, first \"y\"")]
    public void TokenizerOfTheAdapter_MustBeTheModels(string tokens, string? expected)
    {
        static string Tokenizer(string vocabulary) => "{\"model\": {\"type\": \"BPE\", \"merges\": [], \"vocab\": " + vocabulary + "}}";
        AdapterFiles.Write(
            _folder.Combine("lora"),
            "{}",
            (Query + ".lora_A.weight", AdapterFiles.Random("A", 2, 32)),
            (Query + ".lora_B.weight", AdapterFiles.Random("B", 32, 2)));
        File.WriteAllText(_folder.Combine("base", "tokenizer.json"), Tokenizer("""{"x": 0, "y": 1}"""));
        File.WriteAllText(_folder.Combine("lora", "tokenizer.json"), Tokenizer(tokens));
        if (expected is null)
        {
            Assert.That(() => Merge(), Throws.Nothing);
        }
        else
        {
            AssertRefused(expected);
        }
    }

    [TestCase("model.embed_tokens.weight", "trained with a vocabulary of its own", 98, 32)]
    [TestCase("model.norm.weight", "trained on another model", 33)]
    public void ModulesToSave_OfAnotherShape_AreRefused(string tensor, string expected, params int[] extents)
    {
        AdapterFiles.Write(_folder.Combine("lora"), "{}", (tensor, AdapterFiles.Random("E", [.. extents.Select(extent => (long)extent)])));
        AssertRefused(expected);
    }

    [TestCase(1)]
    [TestCase(4)]
    public void Merge_OfAdapters_IsTheMergeOfTheModelsTheyMake(int threads)
    {
        foreach (var name in new[] { "one", "two" })
        {
            AdapterFiles.Write(
                _folder.Combine(name), "{}",
                (Query + ".lora_A.weight", AdapterFiles.Random(name + "A", 2, 32)),
                (Query + ".lora_B.weight", AdapterFiles.Random(name + "B", 32, 2)));
        }

        using var parents = new ParentModels(_folder.Path);
        using var device = new CpuDevice(threads);
        using var output = new TensorSet();
        var recipe = new MergeRecipe
        {
            Method = MergeMethod.TaskArithmetic,
            BaseModel = "base",
            Models = [new("base+one", RecipeParameters.Of(("weight", 0.5))), new("base+two", RecipeParameters.Of(("weight", 0.25)))],
        };
        new MergeExecutor(device).Execute(MergePlanner.Plan(recipe, parents), output);
        var change = new double[32, 32];
        foreach (var (name, weight) in new[] { ("one", 0.5), ("two", 0.25) })
        {
            var (down, up) = (AdapterFiles.Random(name + "A", 2, 32), AdapterFiles.Random(name + "B", 32, 2));
            for (var index = 0; index < 32 * 32; index++)
            {
                change[index / 32, index % 32] += weight * 2 * Product(up, down, index / 32, index % 32);
            }
        }

        AssertIs(MemoryModels.Values(output, Query + ".weight"), Query + ".weight", (row, column) => change[row, column]);
    }

    [Test]
    public void TensorThatMatchesNothing_IsNamed()
    {
        AdapterFiles.Write(
            _folder.Combine("lora"), "{}",
            ("model.layers.9.mlp.up_proj.lora_A.weight", AdapterFiles.Random("A", 2, 32)),
            ("model.layers.9.mlp.up_proj.lora_B.weight", AdapterFiles.Random("B", 48, 2)));
        AssertRefused(
            "base_model.model.model.layers.9.mlp.up_proj.lora_A.weight matches nothing: base has no model.layers.9.mlp.up_proj.weight");
    }

    [Test]
    public void FactorsOfAnotherShape_AreNamedWithIt()
    {
        AdapterFiles.Write(
            _folder.Combine("lora"),
            "{}",
            (Query + ".lora_A.weight", AdapterFiles.Random("A", 2, 31)),
            (Query + ".lora_B.weight", AdapterFiles.Random("B", 32, 2)));
        AssertRefused(
            "[2, 31] and base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight [32, "
            + "2] do not multiply to model.layers.0.self_attn.q_proj.weight [32, 32]");
    }

    [Test]
    public void RankThatTheConfigurationDoesNotSay_IsRefused()
    {
        AdapterFiles.Write(
            _folder.Combine("lora"),
            "{}",
            (Query + ".lora_A.weight", AdapterFiles.Random("A", 3, 32)),
            (Query + ".lora_B.weight", AdapterFiles.Random("B", 32, 3)));
        AssertRefused("has rank 3 where adapter_config.json says 2");
    }

    [Test]
    public void HalfAPair_IsRefused()
    {
        AdapterFiles.Write(_folder.Combine("lora"), "{}", (Query + ".lora_A.weight", AdapterFiles.Random("A", 2, 32)));
        AssertRefused("lora_A.weight but not its other factor");
    }

    [TestCase("""{"use_dora": true}""", "DoRA")]
    [TestCase("""{"peft_type": "IA3"}""", "an adapter of the type \"IA3\"")]
    [TestCase("""{"init_lora_weights": "pissa_niter_4"}""", "initialised by pissa_niter_4")]
    [TestCase("""{"layer_replication": [[0, 2]]}""", "layer_replication")]
    [TestCase("""{"target_parameters": ["experts.w"]}""", "target_parameters")]
    [TestCase("""{"r": 0}""", "\"r\" is 0")]
    [TestCase("""{"r": "many"}""", "\"r\" is \"many\"")]
    [TestCase("""{"r": null}""", "has no \"r\"")]
    [TestCase("""{"rank_pattern": {"(": 3}}""", "is not a pattern")]
    public void OtherKindsOfAdapter_AreRefusedByName(string config, string expected)
    {
        AdapterFiles.Write(
            _folder.Combine("lora"),
            config,
            (Query + ".lora_A.weight", AdapterFiles.Random("A", 2, 32)),
            (Query + ".lora_B.weight", AdapterFiles.Random("B", 32, 2)));
        AssertRefused(expected);
    }

    [Test]
    public void NotANumberInAnAdapter_IsRefusedByName()
    {
        var up = AdapterFiles.Random("B", 32, 2);
        up.AsSpan<float>()[5] = float.NaN;
        AdapterFiles.Write(
            _folder.Combine("lora"), "{}", (Query + ".lora_A.weight", AdapterFiles.Random("A", 2, 32)), (Query + ".lora_B.weight", up));
        Assert.That(() => Merge(), Throws.TypeOf<MergeException>().With.Message.StartsWith(
            $"{_folder.Combine("lora")}: what it adds to {Query}.weight has 1 element that is NaN or infinite. "
            + "Such an adapter is damaged"));
    }

    [Test]
    public void NotANumberInTheModelOfAnAdapter_IsTheModels()
    {
        TinyModels.Write(
            _folder.Combine("base"),
            Options,
            TinyModels.Weights(Options, 1, (name, index) => name == Query + ".weight" && index == 3 ? float.NaN : 0));
        AdapterFiles.Write(
            _folder.Combine("lora"),
            "{}",
            (Query + ".lora_A.weight", AdapterFiles.Random("A", 2, 32)),
            (Query + ".lora_B.weight", AdapterFiles.Random("B", 32, 2)));
        Assert.That(
            () => Merge(),
            Throws.TypeOf<MergeException>().With.Message.StartsWith($"base+lora: tensor {Query}.weight [32, 32] has 1 element"));
    }

    [Test]
    public void AdapterThatOverflows_IsNotBlamedOnTheModel([Values] bool streamed)
    {
        var (down, up) = (AdapterFiles.Random("A", 2, 32), AdapterFiles.Random("B", 32, 2));
        down.AsSpan<float>().Fill(1e30f);
        up.AsSpan<float>()[..2].Fill(1e30f);
        AdapterFiles.Write(_folder.Combine("lora"), "{}", (Query + ".lora_A.weight", down), (Query + ".lora_B.weight", up));
        Assert.That(
            () => _ = streamed ? (object)Stream() : Merge(),
            Throws.TypeOf<MergeException>().With.Message.Contains(
                $"{_folder.Combine("lora")}: what it adds to {Query}.weight [32, 32] is too large for 32 elements of float32")
                .And.Message.Contains("lora_alpha"));
    }

    [Test]
    public void FolderThatIsNotThere_IsRefused() => AssertRefused("What follows the \"+\" is the directory of a LoRA adapter");

    [Test]
    public void ModelInPlaceOfAnAdapter_IsRefused() =>
        AssertRefused($"{_folder.Combine("base")}: holds no adapter_config.json, so it is not a LoRA adapter", "base+base");

    [Test]
    public void AdapterInPlaceOfAModel_IsRefused()
    {
        AdapterFiles.Write(_folder.Combine("lora"), "{}", (Query + ".lora_A.weight", AdapterFiles.Random("A", 2, 32)));
        AssertRefused(
            "holds a LoRA adapter, which is no model by itself. Name the model that it was trained on with it: MODEL+lora.", "lora");
    }

    private static MergeRecipe Recipe(string model = "base+lora") =>
        new() { Method = MergeMethod.Linear, Models = [new(model, RecipeParameters.Of(("weight", 1.0)))] };

    private void WriteModel(string name, string tensor, HostTensor values)
    {
        Directory.CreateDirectory(_folder.Combine(name));
        File.WriteAllText(_folder.Combine(name, "config.json"), "{}");
        using var weights = new TensorSet();
        weights.Add(tensor, HostTensor.From(values.AsSpan<float>(), values.Shape));
        SafetensorsWriter.Write(_folder.Combine(name, "model.safetensors"), weights);
    }

    private StreamedMergeResult Stream()
    {
        using var parents = new ParentModels(_folder.Path);
        using var device = new CpuDevice(2);
        return new StreamedMerge(device).Run(MergePlanner.Plan(Recipe(), parents), _folder.Combine("merged"));
    }

    private TensorSet Merge(string model = "base+lora")
    {
        using var parents = new ParentModels(_folder.Path);
        using var device = new CpuDevice(2);
        new MergeExecutor(device).Execute(MergePlanner.Plan(Recipe(model), parents), _output);
        return _output;
    }

    private void AssertRefused(string expected, string model = "base+lora")
    {
        using var parents = new ParentModels(_folder.Path);
        Assert.That(() => MergePlanner.Plan(Recipe(model), parents), Throws.TypeOf<MergeException>().With.Message.Contains(expected));
    }

    private static void AssertIs(TensorSet merged, string name, Func<int, int, double> change) =>
        AssertIs(MemoryModels.Values(merged, name), name, change);

    private static void AssertIs(float[] values, string name, Func<int, int, double> change)
    {
        using var weights = TinyModels.Weights(Options, 1);
        Assert.That(weights.TryGet(name, out var tensor));
        var before = MemoryModels.Values(weights, name);
        var columns = (int)tensor!.Shape.LastExtent;
        for (var index = 0; index < before.Length; index++)
        {
            Assert.That(
                values[index], Is.EqualTo(before[index] + change(index / columns, index % columns)).Within(1e-6), $"{name}[{index}]");
        }
    }

    private static double Product(HostTensor up, HostTensor down, int row, int column)
    {
        var (inputs, rank) = ((int)down.Shape[1], (int)down.Shape[0]);
        return Enumerable.Range(0, rank)
            .Sum(k => (double)up.AsSpan<float>()[(row * rank) + k] * down.AsSpan<float>()[(k * inputs) + column]);
    }
}
