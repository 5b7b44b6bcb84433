using System.Text.Json.Nodes;

namespace Convergence.Merging.Tests.Vocabularies;

/// <summary>Tokenizers that a merge has to rewrite: added tokens under the same ids, tokens without rows, ids that are left out.</summary>
public sealed class ChangedTokenizerTests
{
    private const string Both =
        "models: [{model: base, parameters: {weight: 0.5}}, {model: other, parameters: {weight: 0.5}}]\ntokenizer_source: ";
    private const string Alone = "models: [{model: base, parameters: {weight: 1}}]\ntokenizer_source: base";

    private static readonly string[] Greeting = ["h i"];
    private static readonly Dictionary<string, double> Halves = new(StringComparer.Ordinal) { ["base"] = 0.5, ["other"] = 0.5 };

    private ShapedModels _models = null!;

    [SetUp]
    public void MakeModels() => _models = new ShapedModels();

    [TearDown]
    public void RemoveModels() => _models.Dispose();

    [Test]
    public void Union_OfTwoFineTunesWithTheirOwnAddedTokens_HasAllOfThem()
    {
        var tuned = TokenizerShapes.Mistral("\u2581hi", Greeting, "[INST]", "[/INST]");
        var chat = TokenizerShapes.Mistral("\u2581hi", Greeting, "<|im_start|>", "<|im_end|>");
        Entry(chat, "<|im_end|>")["rstrip"] = true;
        Entry(chat, "</s>")["lstrip"] = true;
        var count = ShapedModels.Ids(tuned).Count;
        _models.Write("base", tuned, count, []);
        _models.Write("other", chat, count, []);
        _models.Save("base", "added_tokens.json", new JsonObject { ["[INST]"] = count - 2, ["[/INST]"] = count - 1 });
        File.WriteAllText(_models.Path("base", "tokenizer.model"), "pieces");
        _models.Merge(Both + "union");

        MergedTokenizer.AssertSound(_models);
        _models.AssertRows(Halves);
        var tokenizer = _models.Json(ShapedModels.Output, "tokenizer.json");
        Assert.Multiple(() =>
        {
            Assert.That(
                ShapedModels.Ids(tokenizer).Where(pair => pair.Value >= count - 2).OrderBy(pair => pair.Value).Select(pair => pair.Key),
                Is.EqualTo(new[] { "[INST]", "[/INST]", "<|im_start|>", "<|im_end|>" }));
            Assert.That((bool)Entry(tokenizer, "<|im_end|>")["rstrip"]!, "as the only model with it has it");
            Assert.That((bool)Entry(tokenizer, "</s>")["lstrip"]!, Is.False, "as the first model has it");
            Assert.That(JsonNode.DeepEquals(tokenizer["model"], tuned["model"]), "words are cut as before");
            Assert.That(File.Exists(_models.Path(ShapedModels.Output, "tokenizer.model")), "its pieces are still right");
            Assert.That(_models.Json(ShapedModels.Output, "added_tokens.json").Select(pair => $"{pair.Key} {pair.Value}"), Is.EqualTo(new[]
            {
                $"[INST] {count - 2}", $"[/INST] {count - 1}", $"<|im_start|> {count}", $"<|im_end|> {count + 1}",
            }));
            Assert.That(MergedTokenizer.Cut(_models, "[INST]<|im_start|>hi<|im_end|> </s>"), Is.EqualTo(
                new[] { "<s>", "[INST]", "<|im_start|>", "\u2581", "hi", "<|im_end|>", "</s>" }));
        });
    }

    [Test]
    public void Base_WithATokenThatHasNoRow_NamesItNowhere()
    {
        WriteBaseWithoutRowForBos();
        _models.Merge(Alone);
        MergedTokenizer.AssertSound(_models);
        Assert.Multiple(() =>
        {
            Assert.That(
                ShapedModels.Ids(_models.Json(ShapedModels.Output, "tokenizer.json")).Keys, Is.EqualTo(new[] { "h", "i", "\u0120", "hi" }));
            var files = Directory.GetFiles(_models.Path(ShapedModels.Output), "*token*.json");
            foreach (var file in files.Append(_models.Path(ShapedModels.Output, "config.json")))
            {
                Assert.That(File.ReadAllText(file), Does.Not.Contain("begin_of_text"), file);
            }

            foreach (var file in new[] { "config.json", "generation_config.json" })
            {
                Assert.That(_models.Json(ShapedModels.Output, file)["bos_token_id"], Is.Null, file);
                Assert.That((int)_models.Json(ShapedModels.Output, file)["eos_token_id"]!, Is.EqualTo(1), file);
            }

            Assert.That((string)_models.Json(ShapedModels.Output, "special_tokens_map.json")["eos_token"]!, Is.EqualTo("i"));
            Assert.That(MergedTokenizer.Cut(_models, "hi"), Is.EqualTo(new[] { "hi" }));
        });
    }

    [Test]
    public void Union_ThatBringsATokenBack_MovesItInTemplateAndConfigurations()
    {
        WriteBaseWithoutRowForBos();
        var other = TokenizerShapes.Llama3("hi\u0120ab", ["h i", "a b"], "<|begin_of_text|>");
        _models.Write("other", other, ShapedModels.Ids(other).Count, []);
        _models.Merge(Both + "union");
        MergedTokenizer.AssertSound(_models);
        _models.AssertRows(Halves);
        Assert.Multiple(() =>
        {
            Assert.That(MergedTokenizer.Cut(_models, "hiab"), Is.EqualTo(new[] { "<|begin_of_text|>", "hi", "ab" }));
            foreach (var file in new[] { "config.json", "generation_config.json" })
            {
                Assert.That((int)_models.Json(ShapedModels.Output, file)["bos_token_id"]!, Is.EqualTo(7), file);
            }
        });
    }

    [TestCase("BertProcessing", false)]
    [TestCase("RobertaProcessing", true)]
    public void Base_WhosePostProcessorNeedsATokenThatHasNoRow_IsRefusedWithTheCure(string type, bool isStep)
    {
        WriteBaseWithoutRowForBos();
        SetPostProcessor(type, isStep);
        Assert.That(
            () => _models.Merge(Alone),
            Throws.TypeOf<MergeException>().With.Message.Contains(
                $"tokenizer.json: its {type} puts \"<|begin_of_text|>\" around every text")
                .And.Message.Contains("TemplateProcessing").And.Message.StartsWith("x.yml:"));
    }

    [TestCase("BertProcessing", false)]
    [TestCase("RobertaProcessing", true)]
    public void Union_ThatBringsATokenBack_MovesItInThePostProcessor(string type, bool isStep)
    {
        WriteBaseWithoutRowForBos();
        SetPostProcessor(type, isStep);
        var other = TokenizerShapes.Llama3("hi\u0120ab", ["h i", "a b"], "<|begin_of_text|>");
        _models.Write("other", other, ShapedModels.Ids(other).Count, []);
        _models.Merge(Both + "union");
        var processor = _models.Json(ShapedModels.Output, "tokenizer.json")["post_processor"]!;
        processor = isStep ? processor["processors"]![0]! : processor;
        Assert.That(
            new[] { "cls", "sep" }.Select(key => $"{processor[key]![0]} {processor[key]![1]}"),
                Is.EqualTo(new[] { "<|begin_of_text|> 7", "i 1" }));
    }

    [TestCase(2, null)]
    [TestCase(5, "loaders count the added token \"<extra>\"")]
    public void Union_OverPiecesInAList_KeepsTheIdsOfAddedTokensOrRefuses(int extraId, string? error)
    {
        foreach (
            var (model, tokenizer) in new[] { ("base", Unigram(("<extra>", extraId))), ("other", Unigram(("<extra>", 2), ("<more>", 3))) })
        {
            _models.Write(model, TokenizerShapes.Qwen25("hi", Greeting, "<|endoftext|>"), 6, []);
            _models.Save(model, "tokenizer.json", tokenizer);
        }

        if (error is null)
        {
            _models.Merge(Both + "union");
            Assert.That((int)Entry(_models.Json(ShapedModels.Output, "tokenizer.json"), "<more>")["id"]!, Is.EqualTo(3));
        }
        else
        {
            Assert.That(() => _models.Merge(Both + "union"), Throws.TypeOf<MergeException>().With.Message.Contains(error));
        }
    }

    [Test]
    public void Union_OverIdsThatAreLeftOut_PinsTheIdsOfAddedTokens()
    {
        var gaps = TokenizerShapes.Qwen25("hi", Greeting, "<|endoftext|>");
        Entry(gaps, "<|endoftext|>")["id"] = 6;
        var other = TokenizerShapes.Qwen25("hi", Greeting, "<|endoftext|>", "<|im_end|>");
        _models.Write("base", gaps, 8, []);
        _models.Write("other", other, 5, []);
        _models.Merge(Both + "union");
        MergedTokenizer.AssertSound(_models);
        _models.AssertRows(Halves);
        Assert.That((int)Entry(_models.Json(ShapedModels.Output, "tokenizer.json"), "<|im_end|>")["id"]!, Is.EqualTo(7));
    }

    [Test]
    public void Union_WherePiecesOfOneAreAddedTokensOfTheOther_CanBeLoaded()
    {
        var whole = TokenizerShapes.Qwen25("hib", [], "hi");
        var cut = TokenizerShapes.Qwen25("hib", ["h i", "hi b", "i b"], "<|endoftext|>");
        _models.Write("base", whole, 4, []);
        _models.Write("other", cut, 7, []);
        _models.Merge(Both + "union");
        MergedTokenizer.AssertSound(_models);
        _models.AssertRows(Halves);
        Assert.That(MergedTokenizer.Cut(_models, "hib ib<|endoftext|>"), Is.EqualTo(new[] { "hi", "b", "ib", "<|endoftext|>" }));
    }

    [Test]
    public void Model_WhoseConfigurationCountsATokenOverASparePiece_MovesItByItsText()
    {
        var reused = TokenizerShapes.Qwen25("hi?", [], "<|im_end|>");
        Entry(reused, "<|im_end|>")["id"] = 2;
        _models.Write("base", reused, 3, new JsonObject { ["eos_token_id"] = 2 });
        _models.Write(
            "other", TokenizerShapes.Qwen25("ih", Greeting, "<|im_start|>", "<|im_end|>"), 5, new JsonObject { ["eos_token_id"] = 3 });
        _models.Merge(Both + "other");
        MergedTokenizer.AssertSound(_models);
        Assert.That((int)_models.Json(ShapedModels.Output, "config.json")["eos_token_id"]!, Is.EqualTo(4));
    }

    [Test]
    public void Tokenizer_ThatAddsATokenTwice_IsRefused()
    {
        var tokenizer = TokenizerShapes.Qwen25("hi", Greeting, "<|im_end|>", "<|im_end|>");
        _models.Write("base", tokenizer, 5, []);
        Assert.That(
            () => _models.Merge(Alone), Throws.TypeOf<MergeException>().With.Message.Contains("adds the token \"<|im_end|>\" twice"));
        Assert.That(Directory.Exists(_models.Path(ShapedModels.Output)), Is.False);
    }

    private static JsonNode Entry(JsonObject tokenizer, string content) =>
        ((JsonArray)tokenizer["added_tokens"]!).Single(entry => (string)entry!["content"]! == content)!;

    // Whoever adds a token and forgets to enlarge the embedding makes such a model.
    private static JsonObject Unigram(params (string Content, int Id)[] added) => new()
    {
        ["version"] = "1.0",
        ["added_tokens"] = new JsonArray([.. added.Select(token => (JsonNode)new JsonObject
        {
            ["id"] = token.Id,
            ["content"] = token.Content,
            ["single_word"] = false,
            ["lstrip"] = false,
            ["rstrip"] = false,
            ["normalized"] = false,
            ["special"] = true,
        })]),
        ["model"] = new JsonObject
        {
            ["type"] = "Unigram",
            ["unk_id"] = 0,
            ["vocab"] = new JsonArray(new JsonArray("<unk>", 0.0), new JsonArray("a", -1.5)),
        },
    };

    private void SetPostProcessor(string type, bool isStep)
    {
        var processor =
            new JsonObject { ["type"] = type, ["sep"] = new JsonArray("i", 1), ["cls"] = new JsonArray("<|begin_of_text|>", 4) };
        var tokenizer = _models.Json("base", "tokenizer.json");
        tokenizer["post_processor"] = isStep
            ? new JsonObject { ["type"] = "Sequence", ["processors"] = new JsonArray(processor) }
            : processor;
        _models.Save("base", "tokenizer.json", tokenizer);
    }

    private void WriteBaseWithoutRowForBos()
    {
        const string Bos = "<|begin_of_text|>";
        var tokenizer = TokenizerShapes.Llama3("hi\u0120", Greeting, Bos);
        _models.Write("base", tokenizer, 4, new JsonObject { ["bos_token_id"] = 4, ["eos_token_id"] = 1 });
        var names = new JsonObject
        {
            ["bos_token"] = new JsonObject { ["content"] = Bos },
            ["eos_token"] = "i",
            ["additional_special_tokens"] = new JsonArray("i", Bos),
        };
        _models.Save("base", "special_tokens_map.json", names);
        var config = _models.Json("base", "tokenizer_config.json");
        config["bos_token"] = Bos;
        _models.Save("base", "tokenizer_config.json", config);
    }
}
