using System.Text.Json.Nodes;
using Convergence.Tensors.Models;

namespace Convergence.Cli.Inspection;

/// <summary>What a model directory holds.</summary>
internal static class ModelReport
{
    // What a reader wants to know of a configuration, in this order; the rest is in the file.
    private static readonly string[] ConfigKeys =
    [
        "model_type", "vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads",
        "num_key_value_heads", "max_position_embeddings", "tie_word_embeddings",
        "torch_dtype", "n_embd", "n_layer", "n_head", "n_positions",
    ];

    public static JsonObject Describe(string path)
    {
        using var model = ModelDirectory.Open(path);
        return new JsonObject
        {
            ["kind"] = "model",
            ["path"] = model.Path,
            ["architecture"] = model.Config["architectures"] is JsonArray { Count: > 0 } names ? names[0]?.DeepClone() : null,
            ["configuration"] = new JsonObject(ConfigKeys
                .Where(key => model.Config[key] is not null)
                .Select(key => KeyValuePair.Create(key, model.Config[key]?.DeepClone()))),
            ["weight_files"] = new JsonArray([.. model.Weights.Files.Select(file => (JsonNode)Path.GetFileName(file))]),
            ["has_tokenizer"] = model.FindFile("tokenizer.json") is not null,
            ["content_hash"] = model.ContentHash(),
        }.With(TensorReport.Describe(model.Weights));
    }

    /// <summary>Adds the members of another object, which is emptied.</summary>
    public static JsonObject With(this JsonObject target, JsonObject members)
    {
        foreach (var (name, value) in members.ToList())
        {
            members.Remove(name);
            target[name] = value;
        }

        return target;
    }

    public static void Print(TextWriter output, JsonObject report)
    {
        output.WriteLine($"model         {report["path"]}");
        output.WriteLine($"architecture  {report["architecture"] ?? "not named in config.json"}");
        foreach (var (key, value) in report["configuration"]!.AsObject())
        {
            output.WriteLine($"  {key,-26}{value?.ToJsonString().Trim('"')}");
        }

        output.WriteLine($"weights       {string.Join(", ", report["weight_files"]!.AsArray().Select(file => file!.GetValue<string>()))}");
        output.WriteLine($"tokenizer     {(report["has_tokenizer"]!.GetValue<bool>() ? "tokenizer.json" : "none")}");
        output.WriteLine($"content hash  sha256 {report["content_hash"]}");
        TensorReport.Print(output, report);
    }
}
