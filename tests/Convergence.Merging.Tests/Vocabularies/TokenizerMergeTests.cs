using System.Text.Json.Nodes;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Models;
using Convergence.Testing;

namespace Convergence.Merging.Tests.Vocabularies;

/// <summary>Merges of models whose vocabularies differ, down to the files that are written.</summary>
public sealed class TokenizerMergeTests
{
    private const int Width = 32;

    private TemporaryDirectory _folder = null!;
    private ParentModels _parents = null!;
    private TensorSet _output = null!;

    [SetUp]
    public void MakeModels()
    {
        _folder = new TemporaryDirectory();
        Write("base", ["<s>", "a", "b", "ab"], added: ["<s>"], rows: 4, merges: ["a b"]);

        // Another order, a piece more with its merge, a special token more, and two rows of padding.
        Write("other", ["<s>", "b", "a", "ba", "<|end|>"], added: ["<s>", "<|end|>"], rows: 7, merges: ["b a"]);
        Write("third", ["<s>", "a", "b", "ba"], added: ["<s>"], rows: 4, merges: ["b a"]);
        _parents = new ParentModels(_folder.Path);
        _output = new TensorSet();
    }

    [TearDown]
    public void RemoveModels()
    {
        _output.Dispose();
        _parents.Dispose();
        _folder.Dispose();
    }

    [Test]
    public void Union_OfTwo_KeepsTheBasesIdsAndAppendsTheRest()
    {
        var plan = Merge(
            "base_model: base\nmodels: [{model: base, parameters: {weight: 0.25}}, {model: other, parameters: "
            + "{weight: 0.75}}]\ntokenizer_source: union\n");
        Assert.That(plan.Config["vocab_size"]!.GetValue<int>(), Is.EqualTo(6));

        // The rows of base: <s> a b ab; of other by text: <s> 0, a 2, b 1, ba 3, <|end|> 4. What only one has, both take from it.
        AssertRows(
            Mix(0.25, ("base", 0), ("other", 0)), Mix(0.25, ("base", 1), ("other", 2)),
            Mix(0.25, ("base", 2), ("other", 1)), Mix(0.25, ("base", 3), ("base", 3)),
            Mix(0.25, ("other", 3), ("other", 3)), Mix(0.25, ("other", 4), ("other", 4)));
    }

    [Test]
    public void Union_Written_IsATokenizerThatKnowsAllTokens()
    {
        var plan = Merge(
            "base_model: base\nmodels: [{model: base}, {model: other}]\nparameters: {weight: 1}\ntokenizer_source: "
            + "union\nchat_template: chatml\n");
        MergedModelWriter.Write(_folder.Combine("merged"), plan, _output);
        var tokenizer = Json("merged", "tokenizer.json");
        Assert.Multiple(() =>
        {
            Assert.That(tokenizer["model"]!["vocab"]!.ToJsonString(), Is.EqualTo("""{"\u003Cs\u003E":0,"a":1,"b":2,"ab":3,"ba":4}"""));
            Assert.That(tokenizer["model"]!["merges"]!.ToJsonString(), Is.EqualTo("""["a b","b a"]"""));
            Assert.That(
                tokenizer["added_tokens"]!.AsArray().Select(entry => $"{entry!["id"]} {entry["content"]} {entry["special"]}"),
                Is.EqualTo(new[] { "0 <s> true", "5 <|end|> true" }));
            var config = Json("merged", "tokenizer_config.json");
            Assert.That(config["added_tokens_decoder"]!.AsObject().Select(pair => pair.Key), Is.EqualTo(new[] { "0", "5" }));
            Assert.That(config["chat_template"]!.GetValue<string>(), Does.Contain("<|im_start|>"));
            Assert.That(File.Exists(_folder.Combine("merged", "vocab.json")), Is.False, "its ids would contradict tokenizer.json");
            Assert.That(File.Exists(_folder.Combine("merged", "chat_template.jinja")), Is.False);
        });

        using var merged = ModelDirectory.Open(_folder.Combine("merged"));
        Assert.That(
            merged.Config["vocab_size"]!.GetValue<int>(),
            Is.EqualTo(merged.Weights.TryGet("model.embed_tokens.weight", out var rows) ? rows.Shape[0] : 0));
    }

    [Test]
    public void Base_PadsAndMapsToItsOwnTokens()
    {
        var plan = Merge(
            "base_model: base\nmodels: [{model: other}]\nparameters: {weight: 1}\ntokenizer: {source: base, pad_to_multiple_of: 8}\n");
        Assert.That(plan.Config["vocab_size"]!.GetValue<int>(), Is.EqualTo(8));
        Assert.That(plan.Config["eos_token_id"]!.GetValue<int>(), Is.EqualTo(2));

        // mergekit counts an unlisted base among linear's models. "ab" is not in other, so the base's row stands in for it.
        var means = Enumerable.Repeat(MeanRow(("base", [0, 1, 2, 3]), ("other", [0, 2, 1])), 4);
        AssertRows([
            Mix(0.5, ("base", 0), ("other", 0)), Mix(0.5, ("base", 1), ("other", 2)),
            Mix(0.5, ("base", 2), ("other", 1)), Mix(0.5, ("base", 3), ("base", 3)), .. means,
        ]);
    }

    [Test]
    public void Model_TakesItsTokenizerAndMovesSpecialTokensOfTheConfiguration()
    {
        var plan = Merge("base_model: base\nmodels: [{model: base}, {model: other}]\nparameters: {weight: 1}\ntokenizer_source: other\n");
        Assert.Multiple(() =>
        {
            Assert.That(plan.Config["vocab_size"]!.GetValue<int>(), Is.EqualTo(5), "the padding has no tokens");
            Assert.That(plan.Config["eos_token_id"]!.GetValue<int>(), Is.EqualTo(1), "token b has id 2 in base, and 1 in other");
            Assert.That(plan.Config["bos_token_id"]!.GetValue<int>(), Is.EqualTo(2), "token a");
        });
        MergedModelWriter.Write(_folder.Combine("merged"), plan, _output);
        Assert.That(
            File.ReadAllText(_folder.Combine("merged", "tokenizer.json")),
            Is.EqualTo(File.ReadAllText(_folder.Combine("other", "tokenizer.json"))));
        Assert.That(Json("merged", "generation_config.json")["eos_token_id"]!.ToJsonString(), Is.EqualTo("[1,2]"));
    }

    [Test]
    public void Tokens_RulesForSingleOnes_DecideTheirRows()
    {
        Merge(
            """
            models: [{model: base, parameters: {weight: 0.25}}, {model: other, parameters: {weight: 0.75}}]
            tokenizer:
              source: union
              tokens:
                ab: {source: {kind: zero}, force: true}
                ba: {source: {kind: model_token, model: other, token: a}}
                a: {source: other, force: true}
                "<new>": {source: {kind: model_token, model: base, token_id: 3}}

            """);
        AssertRows(
            Mix(0.25, ("base", 0), ("other", 0)), Mix(0.25, ("other", 2), ("other", 2)),
            Mix(0.25, ("base", 2), ("other", 1)), new float[Width],
            Mix(0.25, ("other", 2), ("other", 3)), Mix(0.25, ("other", 4), ("other", 4)), Mix(0.25, ("base", 3), ("base", 3)));
    }

    [Test]
    public void Token_OfSeveralButNotTheBase_IsTheirMeanWhereItIsMissing()
    {
        Merge("base_model: base\nmodels: [{model: base, parameters: {weight: 1}}, {model: other, parameters: "
            + "{weight: 0}}, {model: third, parameters: {weight: 0}}]\ntokenizer_source: union\n");
        var actual = MemoryModels.Values(_output, "model.embed_tokens.weight");
        Assert.That(actual.Skip(4 * Width).Take(Width), Is.EqualTo(Mix(0.5, ("other", 3), ("third", 3))).Within(1e-7));
    }

    [Test]
    public void Token_ThatNobodyHas_IsZeroAndSaidSo()
    {
        var plan = Merge("models: [{model: base}]\nparameters: {weight: 1}\ntokenizer: {source: base, tokens: {\"<new>\": {}}}\n");
        Assert.That(plan.Warnings, Has.One.Contains("no model has the tokens <new>: their embeddings are zero"));
        Assert.That(MemoryModels.Values(_output, "lm_head.weight").Skip(4 * Width), Is.EqualTo(new float[Width]));
    }

    [Test]
    public void Rule_ForModelsOfOneVocabulary_ChangesNothing()
    {
        Merge("models: [{model: base, parameters: {weight: 0.5}}, {model: base, parameters: {weight: 0.5}}]\ntokenizer_source: union\n");
        foreach (var name in new[] { "model.embed_tokens.weight", "lm_head.weight" })
        {
            Assert.That(MemoryModels.Values(_output, name), Is.EqualTo(MemoryModels.Values(_parents.Get("base").Weights, name)), name);
        }
    }

    [Test]
    public void TaskVectors_OfDifferentVocabularies_VanishWhereTheBaseStandsIn()
    {
        Merge("base_model: base\nmodels: [{model: other, parameters: {weight: 1}}]\ntokenizer_source: base\n", "task_arithmetic");
        AssertRows(
            Mix(0, ("base", 0), ("other", 0)),
            Mix(0, ("base", 1), ("other", 2)),
            Mix(0, ("base", 2), ("other", 1)),
            Mix(1, ("base", 3), ("base", 3)));
    }

    [TestCase("tokenizer_source: union", "one writes text as bytes, the other as characters")]
    [TestCase(
        "tokenizer: {source: base, tokens: {x: {source: {kind: model_token, model: other, token: none}}}}",
        "tokenizer.tokens.x.source: other has no token \"none\"")]
    [TestCase(
        "tokenizer: {source: base, tokens: {x: {source: {kind: model_token, model: other, token_id: 7}}}}",
        "row 7 of other is asked for, which has 7 rows")]
    [TestCase("chat_template: chatlm", "chat_template \"chatlm\" is no template, no known name and no file. Did you mean \"chatml\"?")]
    [TestCase("tokenizer_source: unoin", "x.yml:4: tokenizer_source: Model unoin: there is no directory", "Did you mean \"union\"?")]
    [TestCase("tokenizer: {source: baes}", "tokenizer: Model baes: there is no directory", "Did you mean \"base\"?")]
    [TestCase("seed: 1", "tokenizer_source: union")]
    public void Plan_RuleThatCannotHold_NamesTheCure(string rule, string message, string cure = "")
    {
        var json = Json("other", "tokenizer.json");
        json["decoder"] = new JsonObject { ["type"] = "ByteLevel" };
        File.WriteAllText(_folder.Combine("other", "tokenizer.json"), json.ToJsonString());
        var models = rule.StartsWith("chat", StringComparison.Ordinal) ? "[{model: base}]" : "[{model: base}, {model: other}]";
        var recipe = RecipeReader.Parse($"merge_method: linear\nmodels: {models}\nparameters: {{weight: 1}}\n{rule}\n", "x.yml");
        Assert.That(() => MergePlanner.Plan(recipe, _parents), Throws.InstanceOf<ConvergenceException>()
            .With.Message.Contains(message)
            .And.Message.Contains(cure)
            .And.Message.StartsWith("x.yml:"));
    }

    [Test]
    public void Auto_ChatTemplate_IsTheOneThatMostHave()
    {
        foreach (var (model, template) in new[] { ("base", "{{ 1 }}"), ("other", "{{ 2 }}\n"), ("third", "{{ 2 }}") })
        {
            File.WriteAllText(
                _folder.Combine(model, "tokenizer_config.json"), new JsonObject { ["chat_template"] = template }.ToJsonString());
            File.Delete(_folder.Combine(model, "chat_template.jinja"));
        }

        var plan = Merge(
            "models: [{model: base}, {model: other}, {model: third}]\nparameters: {weight: 1}\ntokenizer_source: "
            + "union\nchat_template: auto\n");
        Assert.That(
            JsonNode.Parse(plan.Tokenizer.Files()["tokenizer_config.json"]!)!["chat_template"]!.GetValue<string>(), Is.EqualTo("{{ 2 }}"));
    }

    private MergePlan Merge(string yaml, string method = "linear")
    {
        var plan = MergePlanner.Plan(RecipeReader.Parse($"merge_method: {method}\n{yaml}", "x.yml"), _parents);
        using var device = new CpuDevice(2);
        new MergeExecutor(device).Execute(plan, _output);
        return plan;
    }

    private float[] Row(string model, int row) =>
        [.. MemoryModels.Values(_parents.Get(model).Weights, "model.embed_tokens.weight").Skip(row * Width).Take(Width)];

    private float[] Mix(double share, (string Model, int Row) first, (string Model, int Row) second) =>
    [
        .. Row(first.Model, first.Row)
            .Zip(Row(second.Model, second.Row), (left, right) => (float)((share * left) + ((1 - share) * right))),
    ];

    // A padding row of the mean of two models is the mean of what the models' own rows average to.
    private float[] MeanRow(params (string Model, int[] Rows)[] parts) =>
    [
        .. Enumerable.Range(0, Width)
            .Select(column => (float)parts.Average(part => part.Rows.Average(row => Row(part.Model, row)[column]))),
    ];

    private void AssertRows(params float[][] rows) =>
        Assert.That(MemoryModels.Values(_output, "model.embed_tokens.weight"), Is.EqualTo(rows.SelectMany(row => row)).Within(1e-6));

    private JsonObject Json(string model, string file) => (JsonObject)JsonNode.Parse(File.ReadAllText(_folder.Combine(model, file)))!;

    private void Write(string name, string[] tokens, string[] added, int rows, string[] merges)
    {
        var directory = _folder.Combine(name);
        TinyModels.Write(
            directory,
            new TinyModelOptions { VocabularySize = rows, TiedHead = false, LayerCount = 1, HiddenSize = Width },
            (ulong)name.Length);
        var pieces = tokens.Where(token => token != "<|end|>");
        var entries = added.Select(token =>
            new JsonObject { ["id"] = Array.IndexOf(tokens, token), ["content"] = token, ["special"] = true }).ToArray<JsonNode>();
        var tokenizer = new JsonObject
        {
            ["added_tokens"] = new JsonArray(entries),
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["vocab"] = new JsonObject(pieces.Select(token => KeyValuePair.Create(token, (JsonNode?)Array.IndexOf(tokens, token)))),
                ["merges"] = new JsonArray([.. merges.Select(merge => (JsonNode)merge)]),
            },
        };
        File.WriteAllText(Path.Combine(directory, "tokenizer.json"), tokenizer.ToJsonString());
        File.WriteAllText(Path.Combine(directory, "tokenizer_config.json"), """{"added_tokens_decoder":{"0":{"content":"<s>"}}}""");
        File.WriteAllText(Path.Combine(directory, "vocab.json"), "{}");
        File.WriteAllText(Path.Combine(directory, "chat_template.jinja"), "old");
        File.WriteAllText(Path.Combine(directory, "generation_config.json"), """{"eos_token_id":[2,1],"do_sample":true}""");
    }
}
