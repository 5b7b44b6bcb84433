using System.Text.Json.Nodes;
using Convergence.LanguageModels;
using Convergence.LanguageModels.Tokenizers;
using Convergence.Merging;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Models;
using Convergence.Tensors.Safetensors;
using Convergence.Testing;

namespace Convergence.EvoMerge.Tests.Merging;

/// <summary>
/// Merged vocabularies of trained models with their own tokenizers: what a merge writes must load,
/// cut texts as the sources do, and score them as the model did whose weights it has.
/// </summary>
public sealed class RealTokenizerTests
{
    private const string Story =
        "Once upon a time, there was a little girl named Lily. She liked to play in the park with her dog. "
        + "One day, the dog saw a big bird and ran away. "
        + "Lily was sad. \"Where is my dog?\" she said. "
        + "Her mom said, \"Do not be sad, we will find him.\" Then they went home and the dog was there!";

    // Of the kind that the repository's models were trained on.
    private const string Sentence = "At night, the white hen hurried on the hill.\n";

    private static readonly string[] Texts = [Story, " two  spaces and\na line", "Ärger, 3.50 € — naïve 日本", "", "a"];

    private TemporaryDirectory _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryDirectory();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [TestCase("union")]
    [TestCase("base")]
    [TestCase("reasoning")]
    public void ByteLevel_EverySource_PaddedOrNot_ScoresAsTheModelDid(string source)
    {
        var models = Path.Combine(RepositoryRoot.Path, "models");
        Merge(
            models,
            $"merge_method: linear\nmodels:\n- model: reasoning\n  parameters: {{weight: 1}}\n- model: "
            + $"base\n  parameters: {{weight: 0}}\nbase_model: base\n"
            + $"tokenizer:\n  source: {source}\n  pad_to_multiple_of: 64\n");
        AssertCutsAs(Path.Combine(models, "reasoning"), Texts);

        // Padding rows take a little probability, and are no tokens.
        Assert.That(
            LogProbability(_folder.Combine("merged"), Sentence),
            Is.EqualTo(LogProbability(Path.Combine(models, "reasoning"), Sentence)).Within(0.02));
        using var merged = ModelDirectory.Open(_folder.Combine("merged"));
        Assert.That(merged.Config["vocab_size"]!.GetValue<int>(), Is.EqualTo(320));
    }

    [Test]
    public void Union_OfAReorderedVocabularyThatLacksPieces_ScoresAsTheModelWithAll()
    {
        var stories = Stories();
        WriteReordered(stories, _folder.Combine("other"), droppedMerges: 40);
        foreach (var first in new[] { "other", stories })
        {
            string[] order = first == stories ? [stories, "other"] : ["other", stories];
            var models = string.Concat(
                order.Select(model => $"- model: {model}\n  parameters: {{weight: {(model == stories ? 1 : 0)}}}\n"));
            Merge(_folder.Path, $"merge_method: linear\nmodels:\n{models}tokenizer_source: union\n");
            AssertSamePieces(stories, Texts);
            Assert.That(
                LogProbability(_folder.Combine("merged"), Story),
                Is.EqualTo(LogProbability(stories, Story)).Within(0.02),
                $"{first} first");
            Directory.Delete(_folder.Combine("merged"), recursive: true);
        }
    }

    [Test]
    public void AnotherModelsTokenizer_PutsTheRowsInItsOrder()
    {
        var stories = Stories();
        WriteReordered(stories, _folder.Combine("other"), droppedMerges: 0);
        Merge(
            _folder.Path,
            $"merge_method: linear\nmodels:\n- model: {stories}\n  parameters: {{weight: 1}}\n- model: "
            + $"other\n  parameters: {{weight: 0}}\ntokenizer_source: other\n");
        AssertCutsAs(_folder.Combine("other"), Texts);
        AssertSamePieces(stories, Texts);
        Assert.That(LogProbability(_folder.Combine("merged"), Story), Is.EqualTo(LogProbability(stories, Story)).Within(0.02));
    }

    [Test]
    public void TokenOfItsOwn_HasTheRowThatItsRuleNames()
    {
        var stories = Stories();
        Merge(
            _folder.Path,
            $"merge_method: linear\nmodels:\n- model: {stories}\n  parameters: {{weight: 1}}\ntokenizer:\n  source: union\n  tokens:\n"
            + $"    <|turn|>: {{source: {{kind: model_token, model: {stories}, token: \"▁Lily\"}}}}\n    <|blank|>: "
            + $"{{source: {{kind: zero}}}}\n");
        var tokenizer = Tokenizer.Load(_folder.Combine("merged", "tokenizer.json"));
        var turn = tokenizer.IdOf("<|turn|>")!.Value;
        Assert.That(tokenizer.Encode("a<|turn|>b", addSpecialTokens: false), Has.One.EqualTo(turn));
        using var merged = ModelDirectory.Open(_folder.Combine("merged"));
        var rows = Embedding(merged);
        Assert.That(rows[turn], Is.EqualTo(rows[tokenizer.IdOf("▁Lily")!.Value]).And.Some.Not.Zero);
        Assert.That(rows[tokenizer.IdOf("<|blank|>")!.Value], Is.All.Zero);

        // A second row like Lily's takes half of what Lily had, and nothing from the others.
        var loss = LogProbability(stories, Story) - LogProbability(_folder.Combine("merged"), Story);
        Assert.That(loss, Is.InRange(0, Math.Log(2) / 10));
    }

    [Test]
    public void Union_OfByteLevelAndByteFallback_IsRefused()
    {
        var stories = Stories();
        WriteReordered(stories, _folder.Combine("bytes"), droppedMerges: 0);
        File.Copy(
            Path.Combine(RepositoryRoot.Path, "models", "base", "tokenizer.json"),
            _folder.Combine("bytes", "tokenizer.json"),
            overwrite: true);
        Assert.That(
            () => Merge(
                _folder.Path,
                $"merge_method: linear\nmodels:\n- model: {stories}\n- model: bytes\nparameters: {{weight: 1}}\ntokenizer_source: union\n"),
            Throws.TypeOf<RecipeException>().With.Message.Contains("cannot be joined"));
    }

    private static string Stories()
    {
        if (!SharedData.TryFind(out var path, out var reason, "data", "models", "stories260k", "hf"))
        {
            Assert.Ignore(reason);
        }

        return path;
    }

    private void Merge(string root, string recipe)
    {
        using var parents = new ParentModels(root);
        using var device = new CpuDevice(2);
        new StreamedMerge(device).Run(MergePlanner.Plan(RecipeReader.Parse(recipe, "test.yml"), parents), _folder.Combine("merged"));
    }

    private void AssertCutsAs(string model, string[] texts)
    {
        var (merged, own) =
            (Tokenizer.Load(_folder.Combine("merged", "tokenizer.json")), Tokenizer.Load(Path.Combine(model, "tokenizer.json")));
        foreach (var text in texts)
        {
            Assert.That(merged.Encode(text), Is.EqualTo(own.Encode(text)), text);
            Assert.That(merged.Decode(merged.Encode(text)), Is.EqualTo(own.Decode(own.Encode(text))), text);
        }
    }

    // The ids may be others.
    private void AssertSamePieces(string model, string[] texts)
    {
        var (merged, own) =
            (Tokenizer.Load(_folder.Combine("merged", "tokenizer.json")), Tokenizer.Load(Path.Combine(model, "tokenizer.json")));
        foreach (var text in texts)
        {
            Assert.That(merged.Encode(text).Select(merged.TokenText), Is.EqualTo(own.Encode(text).Select(own.TokenText)), text);
            Assert.That(merged.Decode(merged.Encode(text)), Is.EqualTo(own.Decode(own.Encode(text))), text);
        }
    }

    // The mean over the text's tokens, in nats.
    private static double LogProbability(string path, string text)
    {
        using var directory = ModelDirectory.Open(path);
        var tokenizer = ModelTokenizer.FromDirectory(directory);
        using var device = new CpuDevice(2);
        using var model = LanguageModel.Load(device, directory.Config, directory.Weights, path);
        return model.ScoreTokens([tokenizer.Tokenizer!.Encode(text)])[0].Average();
    }

    private static float[][] Embedding(ModelDirectory model)
    {
        Assert.That(model.Weights.TryGet("model.embed_tokens.weight", out var tensor));
        using var device = new CpuDevice(1);
        var values = new float[tensor!.ElementCount];
        device.Read(tensor, values);
        return [.. values.Chunk((int)tensor.Shape[1])];
    }

    // The model with the ids of its pieces turned round, without its last merges
    // and the pieces that they make, and with a token of its own.
    private static void WriteReordered(string model, string target, int droppedMerges)
    {
        Directory.CreateDirectory(target);
        using var source = ModelDirectory.Open(model);
        var tokenizer = (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(model, "tokenizer.json")))!;
        var merges = (JsonArray)tokenizer["model"]!["merges"]!;
        var dropped = new HashSet<string>(StringComparer.Ordinal);
        for (var count = 0; count < droppedMerges; count++)
        {
            dropped.Add(
                string.Concat(merges[^1] is JsonArray pair ? pair.Select(part => part!.ToString()) : merges[^1]!.ToString().Split(' ')));
            merges.RemoveAt(merges.Count - 1);
        }

        // Special tokens keep their ids, which the configuration names.
        var vocabulary = ((JsonObject)tokenizer["model"]!["vocab"]!)
            .Select(entry => (Piece: entry.Key, Id: entry.Value!.GetValue<int>()))
            .OrderBy(entry => entry.Id)
            .ToList();
        var kept = vocabulary.Take(3).Concat(vocabulary.Skip(3).Where(entry => !dropped.Contains(entry.Piece)).Reverse()).ToList();
        tokenizer["model"]!["vocab"] = new JsonObject(kept.Select((entry, id) => KeyValuePair.Create(entry.Piece, (JsonNode?)id)));
        ((JsonArray)tokenizer["added_tokens"]!).Add(new JsonObject
        {
            ["id"] = kept.Count,
            ["content"] = "<|own|>",
            ["single_word"] = false,
            ["lstrip"] = false,
            ["rstrip"] = false,
            ["normalized"] = false,
            ["special"] = true,
        });
        File.WriteAllText(Path.Combine(target, "tokenizer.json"), tokenizer.ToJsonString());

        var config = (JsonObject)source.Config.DeepClone();
        config["vocab_size"] = kept.Count + 1;
        File.WriteAllText(Path.Combine(target, "config.json"), config.ToJsonString());
        var rows = Embedding(source);
        var width = rows[0].Length;
        using var weights = new TensorSet();
        foreach (var name in source.Weights.Names)
        {
            Assert.That(source.Weights.TryGet(name, out var tensor));
            weights.Add(name, name == "model.embed_tokens.weight"
                ? HostTensor.From(
                    [.. kept.SelectMany(entry => rows[entry.Id]), .. new float[width]], new TensorShape(kept.Count + 1, width))
                : HostTensor.From(((HostTensor)tensor!).AsSpan<float>(), tensor.Shape));
        }

        SafetensorsWriter.Write(Path.Combine(target, "model.safetensors"), weights);
    }
}
