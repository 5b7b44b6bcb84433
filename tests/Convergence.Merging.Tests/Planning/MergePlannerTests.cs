using System.Text.Json.Nodes;
using Convergence.Tensors;
using Convergence.Testing;

namespace Convergence.Merging.Tests.Planning;

public sealed class MergePlannerTests
{
    private static readonly string[] NoLayers = ["model.w"];

    [Test]
    public void Plan_TensorOfOtherShape_NamesBothShapes() =>
        AssertRefused(
            new MemoryModels().Add("a", ("w", Matrix(2, 3))).Add("b", ("w", Matrix(3, 2))),
            "Tensor w has shape [2, 3] in a but [3, 2] in b", "architecture and size");

    [Test]
    public void Plan_OtherVocabulary_NamesTheCure() =>
        AssertRefused(
            new MemoryModels().Add("a", ("model.embed_tokens.weight", Matrix(5, 3))).Add("b", ("model.embed_tokens.weight", Matrix(6, 3))),
            "has shape [5, 3] in a but [6, 3] in b", "vocabularies differ", "same tokenizer");

    [TestCase(
        "{\"model\":{\"vocab\":{\"x\":0,\"y\":1}}}",
        "{\"model\":{\"vocab\":{\"x\":1,\"y\":0}}}",
        "the token \"x\" has id 1 in the first and 0 in the second")]
    [TestCase(
        "{\"model\":{\"vocab\":{\"x\":0}},\"added_tokens\":[{\"id\":5,\"content\":\"<s>\"}]}",
        "{\"model\":{\"vocab\":{\"x\":0}},\"added_tokens\":[{\"id\":6,\"content\":\"<s>\"}]}",
        "the token \"<s>\" has id 6 in the first and 5 in the second")]
    public void Plan_TokensUnderOtherIds_NamesTheFirst(string tokenizer, string otherTokenizer, string expected)
    {
        using var folder = FolderWithTokenizers(tokenizer, otherTokenizer);
        using var parents = new ParentModels(folder.Path);
        Assert.That(
            () => MergePlanner.Plan(Linear("a", "b"), parents), Throws.TypeOf<MergeException>().With.Message.Contains(expected));
    }

    [TestCase(
        "{\"model\":{\"vocab\":{\"x\":0,\"y\":1}}}", "{ \"model\": { \"vocab\": { \"y\": 1, \"x\": 0 } } }", Description = "another order")]
    [TestCase("{\"model\":{\"vocab\":{\"x\":0}}}", "{\"model\":{\"vocab\":[[\"x\",-1.5]]}}", Description = "a kind of model without a map")]
    public void Plan_TokenizersThatAgreeOrSayNothing_AreAccepted(string tokenizer, string otherTokenizer)
    {
        using var folder = FolderWithTokenizers(tokenizer, otherTokenizer);
        using var parents = new ParentModels(folder.Path);
        Assert.That(MergePlanner.Plan(Linear("a", "b"), parents).Tasks, Is.Not.Empty);
    }

    [TestCase("no JSON")]
    [TestCase("[1]")]
    [TestCase("{}")]
    [TestCase("{\"a\":1}")]
    [TestCase("{\"model\":3}")]
    [TestCase("{\"model\":{}}")]
    [TestCase("{\"model\":{\"vocab\":{\"x\":0}")]
    [TestCase("{\"model\":{\"vocab\":{\"x\":\"0\"}}}")]
    [TestCase("{\"model\":{\"vocab\":{\"x\":0,\"x\":1}}}")]
    [TestCase("{\"model\":{\"vocab\":[\"x\"]}}")]
    [TestCase("{\"model\":{\"vocab\":{\"x\":0},\"merges\":{}}}")]
    [TestCase("{\"model\":{\"vocab\":{\"x\":0}},\"added_tokens\":[1]}")]
    [TestCase("{\"model\":{\"vocab\":{\"x\":0}},\"added_tokens\":[{\"id\":1}]}")]
    public void Plan_DamagedTokenizer_IsRefusedWithTheFileAndTheCure(string text)
    {
        const string Sound = "{\"model\":{\"vocab\":{\"x\":0}}}";
        foreach (var (tokenizer, otherTokenizer, damaged) in ((string, string, string)[])[(text, Sound, "a"), (Sound, text, "b")])
        {
            using var folder = FolderWithTokenizers(tokenizer, otherTokenizer);
            using var parents = new ParentModels(folder.Path);
            Assert.That(
                () => MergePlanner.Plan(Linear("a", "b"), parents),
                Throws.TypeOf<MergeException>()
                    .With.Message.StartsWith(folder.Combine(damaged, "tokenizer.json") + ": ")
                    .And.Message.Contains("download or export it again"));
        }
    }

    private static TemporaryDirectory FolderWithTokenizers(string tokenizer, string otherTokenizer)
    {
        var folder = new TemporaryDirectory();
        foreach (var (name, text) in ((string, string)[])[("a", tokenizer), ("b", otherTokenizer)])
        {
            TinyModels.Write(folder.Combine(name), new TinyModelOptions(), seed: 1);
            File.WriteAllText(folder.Combine(name, "tokenizer.json"), text);
        }

        return folder;
    }

    [Test]
    public void Plan_TensorMissingInOne_NamesIt() =>
        AssertRefused(
            new MemoryModels().Add("a", ("w", Matrix(1, 1)), ("v", Matrix(1, 1))).Add("b", ("w", Matrix(1, 1))),
            "b has no tensor v, but a has");

    [Test]
    public void Plan_QuantisedAgainstFloat_IsRefused() =>
        AssertRefused(
            new MemoryModels().Add("a", ("w", Matrix(1, 2))).Add("b", ("w", HostTensor.Allocate(DType.I8, new TensorShape(1, 2)))),
            "b stores I8",
            "unquantised");

    [Test]
    public void Plan_OtherArchitecture_IsRefused() =>
        AssertRefused(
            new MemoryModels().Add("a", new JsonObject { ["model_type"] = "llama" }, ("w", Matrix(1, 1)))
                .Add("b", new JsonObject { ["model_type"] = "gpt2" }, ("w", Matrix(1, 1))),
            "model_type \"gpt2\" for the first and \"llama\" for the second");

    [Test]
    public void Plan_ModelThatIsNotThere_NamesTheDirectory()
    {
        using var models = new MemoryModels().Add("a", 1);
        Assert.That(
            () => MergePlanner.Plan(Linear("a", "nowhere"), models.Parents),
            Throws.TypeOf<MergeException>().With.Message.Contains("Model nowhere: there is no directory"));
    }

    [Test]
    public void Plan_WeightsThatCancel_AreRefused()
    {
        using var models = new MemoryModels().Add("a", 1).Add("b", 1);
        var recipe = Linear("a", "b") with
        {
            Models = [new("a", RecipeParameters.Of(("weight", 1.0))), new("b", RecipeParameters.Of(("weight", -1.0)))],
        };
        Assert.That(() => MergePlanner.Plan(recipe, models.Parents), Throws.TypeOf<RecipeException>().With.Message.Contains("add up to 0"));
    }

    [TestCase("ties")]
    [TestCase("dare_linear")]
    [TestCase("dare_ties")]
    [TestCase("della")]
    [TestCase("breadcrumbs")]
    [TestCase("breadcrumbs_ties")]
    public void Plan_WeightsThatCancelButForRounding_AreNotDividedBy(string method)
    {
        Assert.That(() => Plan("0.1", "0.2", "-0.3"), Throws.TypeOf<RecipeException>().With.Message.Contains("0 but for rounding"));
        Assert.That(() => Plan("0.1", "0.2", "-0.25"), Throws.Nothing, "no sum of them is near zero");
        Assert.That(() => Plan("0.5", "-0.5", "0"), Throws.Nothing, "a sum that is zero is not divided by");

        MergePlan Plan(string a, string b, string c)
        {
            using var models = new MemoryModels().Add("base", 1).Add("a", 1).Add("b", 1).Add("c", 1);
            var recipe = RecipeReader.Parse(
                $"merge_method: {method}\nbase_model: base\nmodels:\n- {{model: a, parameters: {{weight: {a}}}}}\n"
                + $"- {{model: b, parameters: {{weight: {b}}}}}\n- {{model: c, parameters: {{weight: {c}}}}}\n"
                + "parameters: {normalize: true}\n",
                "x.yml");
            return MergePlanner.Plan(recipe, models.Parents);
        }
    }

    [Test]
    public void Plan_NumberOutOfRange_NamesModelTensorAndRange()
    {
        using var models = new MemoryModels().Add("a", 1).Add("base", 1);
        var recipe = new MergeRecipe
        {
            Method = MergeMethod.DareLinear,
            BaseModel = "base",
            Models = [new("a", RecipeParameters.Of(("weight", 1.0), ("density", 0.0)))],
        };
        Assert.That(
            () => MergePlanner.Plan(recipe, models.Parents),
            Throws.TypeOf<RecipeException>().With.Message.Contains(
                "parameter \"density\" of a for tensor model.w is 0; it must be a number in (0, 1]"));
    }

    [Test]
    public void Plan_DifferentRope_Warns()
    {
        using var models = new MemoryModels().Add("a", new JsonObject { ["rope_theta"] = 1e4 }, ("w", Matrix(1, 1)))
            .Add("b", new JsonObject { ["rope_theta"] = 5e5 }, ("w", Matrix(1, 1)));
        Assert.That(
            MergePlanner.Plan(Linear("a", "b"), models.Parents).Warnings, Has.One.Contains("b has rope_theta 500000 where a has 10000"));
    }

    [TestCase(-0.5, true)]
    [TestCase(0, false)]
    [TestCase(0.3, false)]
    [TestCase(1, false)]
    [TestCase(1.5, true)]
    public void Plan_SlerpBeyondItsModels_IsWarnedOf(double t, bool warns)
    {
        using var models = new MemoryModels().Add("a", 1, 2).Add("b", 2, 1);
        var recipe = new MergeRecipe
        {
            Method = MergeMethod.Slerp,
            BaseModel = "a",
            Models = [new RecipeInput("a", RecipeParameters.Empty), new RecipeInput("b", RecipeParameters.Empty)],
            Parameters = RecipeParameters.Of(("t", t)),
        };

        var warnings =
            MergePlanner.Plan(recipe, models.Parents).Warnings.Where(warning => warning.Contains("extrapolates", StringComparison.Ordinal));
        Assert.That(warnings, Has.Exactly(warns ? 1 : 0).Contains(FormattableString.Invariant($"t is {t:0.####}, outside [0, 1]")));
    }

    [Test]
    public void Plan_Frankenmerge_RenumbersDepthAndPerLayerLists()
    {
        (string, HostTensor)[] layers = [.. Enumerable.Range(0, 3).Select(layer => ($"model.layers.{layer}.w", Matrix(1, 1)))];
        var config = new JsonObject
        {
            ["num_hidden_layers"] = 3,
            ["layer_types"] = new JsonArray("x", "y", "z"),
            ["eos_token_id"] = new JsonArray(1, 2, 3),
        };
        using var models = new MemoryModels().Add("a", config, layers);
        var plan = MergePlanner.Plan(
            new MergeRecipe
            {
                Method = MergeMethod.Passthrough,
                Slices = [Slice(0, 2), Slice(1, 3)],
            }, models.Parents);
        Assert.Multiple(() =>
        {
            Assert.That(plan.Config["num_hidden_layers"]!.GetValue<int>(), Is.EqualTo(4));
            Assert.That(plan.Config["layer_types"]!.ToJsonString(), Is.EqualTo("""["x","y","y","z"]"""));
            Assert.That(plan.Config["eos_token_id"]!.ToJsonString(), Is.EqualTo("[1,2,3]"));
            Assert.That(
                plan.Tasks.Select(task => task.Inputs[0].Tensor),
                Is.EqualTo(new[] { 0, 1, 1, 2 }.Select(layer => $"model.layers.{layer}.w")));
        });

        static RecipeSlice Slice(int first, int end) =>
            new([new RecipeSource("a", first, end, RecipeParameters.Empty)], RecipeParameters.Empty);
    }

    [Test]
    public void Plan_SlicesOfAModelWithoutLayers_IsRefused()
    {
        using var models = new MemoryModels().Add("a", [.. NoLayers.Select(name => (name, Matrix(1, 1)))]);
        var recipe = new MergeRecipe
        {
            Method = MergeMethod.Passthrough,
            Slices = [new([new RecipeSource("a", 0, 1, RecipeParameters.Empty)], RecipeParameters.Empty)],
        };
        Assert.That(
            () => MergePlanner.Plan(recipe, models.Parents), Throws.TypeOf<MergeException>().With.Message.Contains("0 stacks of layers"));
    }

    [Test]
    public void Plan_OneTiedAndOneUntiedHead_UsesTheEmbeddingForTheFirst()
    {
        using var models = new MemoryModels()
            .Add("tied", new JsonObject { ["tie_word_embeddings"] = true }, ("model.embed_tokens.weight", Matrix(2, 2)))
            .Add(
                "untied",
                new JsonObject { ["tie_word_embeddings"] = false },
                ("model.embed_tokens.weight", Matrix(2, 2)),
                ("lm_head.weight", Matrix(2, 2)));
        var plan = MergePlanner.Plan(Linear("tied", "untied"), models.Parents);
        Assert.Multiple(() =>
        {
            Assert.That(
                plan.Tasks.Single(task => task.Name == "lm_head.weight").Inputs.Select(input => input.Tensor),
                Is.EqualTo(new[] { "model.embed_tokens.weight", "lm_head.weight" }));
            Assert.That(plan.Config["tie_word_embeddings"]!.GetValue<bool>(), Is.False);
        });
    }

    [Test]
    public void Plan_TiedHeadThatIsStoredAllTheSame_IsLeftOut()
    {
        using var models = new MemoryModels().Add(
            "a",
            new JsonObject { ["tie_word_embeddings"] = true },
            ("model.embed_tokens.weight", Matrix(2, 2)),
            ("lm_head.weight", Matrix(2, 2)));
        Assert.That(
            MergePlanner.Plan(Linear("a"), models.Parents).Tasks.Select(task => task.Name),
            Is.EqualTo(new[] { "model.embed_tokens.weight" }));
    }

    private static void AssertRefused(MemoryModels models, params string[] parts)
    {
        using (models)
        {
            var thrown = Assert.Throws<MergeException>(() => MergePlanner.Plan(Linear("a", "b"), models.Parents))!;
            Assert.Multiple(() =>
            {
                foreach (var part in parts)
                {
                    Assert.That(thrown.Message, Does.Contain(part));
                }
            });
        }
    }

    private static MergeRecipe Linear(params string[] models) => new()
    {
        Method = MergeMethod.Linear,
        Models = [.. models.Select(model => new RecipeInput(model, RecipeParameters.Empty))],
        Parameters = RecipeParameters.Of(("weight", 1.0)),
    };

    private static HostTensor Matrix(int rows, int columns) =>
        HostTensor.From(Enumerable.Repeat(1f, rows * columns).ToArray(), new TensorShape(rows, columns));
}
