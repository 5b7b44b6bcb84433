using System.Text.Json.Nodes;
using Convergence.Merging.Diagnosis;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Testing;

namespace Convergence.Merging.Tests.Diagnosis;

/// <summary>Small models on disk, of which tests damage some, and what the doctor says about them.</summary>
internal sealed class DiagnosedModels : IDisposable
{
    public static readonly TinyModelOptions Options = new() { VocabularySize = 32, LayerCount = 3 };

    private readonly TemporaryDirectory _directory = new();

    public string Root => _directory.Path;

    public string PathOf(string model) => _directory.Combine(model);

    /// <summary>A base and three specialists of it: <c>base</c>, <c>one</c>, <c>two</c>, <c>three</c>.</summary>
    public static DiagnosedModels Family(double deviation = 0.002)
    {
        var models = new DiagnosedModels();
        TinyModels.Write(models.PathOf("base"), Options, seed: 1);
        foreach (var (name, seed) in new[] { ("one", 2UL), ("two", 3UL), ("three", 4UL) })
        {
            TinyModels.WriteSpecialist(models.PathOf(name), Options, baseSeed: 1, seed, deviation);
        }

        return models;
    }

    public string Write(string name, TinyModelOptions options, ulong seed) => TinyModels.Write(PathOf(name), options, seed);

    /// <summary>Writes a model whose tensors a test changes first.</summary>
    public void Write(string name, TinyModelOptions options, ulong seed, Action<TensorSet> change)
    {
        using var weights = TinyModels.Weights(options, seed);
        change(weights);
        TinyModels.Write(PathOf(name), options, weights);
    }

    public void ChangeConfig(string name, Action<JsonObject> change)
    {
        var path = Path.Combine(PathOf(name), "config.json");
        var config = (JsonObject)JsonNode.Parse(File.ReadAllText(path))!;
        change(config);
        File.WriteAllText(path, config.ToJsonString());
    }

    /// <summary>Gives a model a tokenizer of these tokens, with ids in their order.</summary>
    public void WriteTokenizer(string name, params string[] tokens)
    {
        var vocabulary = new JsonObject(tokens.Select((token, id) => KeyValuePair.Create(token, (JsonNode?)id)));
        var tokenizer = new JsonObject
        {
            ["model"] = new JsonObject { ["type"] = "BPE", ["vocab"] = vocabulary, ["merges"] = new JsonArray() },
        };
        File.WriteAllText(Path.Combine(PathOf(name), "tokenizer.json"), tokenizer.ToJsonString());
    }

    public ModelDiagnosis Examine(string? baseModel, params string[] models) => Examine(threads: 2, baseModel, models);

    public ModelDiagnosis Examine(int threads, string? baseModel, params string[] models)
    {
        using var parents = new ParentModels(Root);
        using var device = new CpuDevice(threads);
        return ModelDoctor.Examine(parents, models, baseModel, device);
    }

    public void Dispose() => _directory.Dispose();
}
