using System.Text.Json.Nodes;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Models;
using Convergence.Tensors.Safetensors;
using Convergence.Testing;

namespace Convergence.LanguageModels.Tests.Architectures;

/// <summary>The forward pass against PyTorch, for every architecture and rope scaling.</summary>
public sealed class ReferenceModelTests
{
    [TestCase("base")]
    [TestCase("reasoning")]
    public void ShippedModel_Logits_AreTheReference(string name) =>
        Compare(RepositoryRoot.Combine("models", name), config => config, "llama_reference.safetensors", name + ".");

    [Test]
    public void Llama_WithLlama3Scaling_IsTheReference() =>
        Compare(Reference.PathOf("llama_tiny"), config => config, "llama_tiny_reference.safetensors", prefix: "");

    [Test]
    public void Llama_WithLinearScaling_IsTheReference() =>
        Compare(
            Reference.PathOf("llama_tiny"),
            config => With(config, "rope_scaling", new JsonObject { ["rope_type"] = "linear", ["factor"] = 2.0 }),
            "llama_tiny_linear_reference.safetensors",
            prefix: "");

    [Test]
    public void Llama_WithRopeParameters_IsTheReference() =>
        Compare(
            Reference.PathOf("llama_tiny"),
            config =>
            {
                var parameters = config["rope_scaling"]!.DeepClone();
                parameters["rope_theta"] = config["rope_theta"]!.DeepClone();
                config.Remove("rope_theta");
                config.Remove("rope_scaling");
                return With(config, "rope_parameters", parameters);
            },
            "llama_tiny_reference.safetensors",
            prefix: "");

    [Test]
    public void Gpt2_Logits_AreTheReference() =>
        Compare(Reference.PathOf("gpt2_tiny"), config => config, "gpt2_reference.safetensors", prefix: "");

    private static JsonObject With(JsonObject config, string key, JsonNode value)
    {
        config[key] = value;
        return config;
    }

    private static void Compare(string modelPath, Func<JsonObject, JsonObject> change, string referenceFile, string prefix)
    {
        using var device = new CpuDevice(2);
        using var directory = ModelDirectory.Open(modelPath);
        using var reference = SafetensorsFile.Open(Reference.PathOf(referenceFile));
        using var model = LanguageModel.Load(device, change((JsonObject)directory.Config.DeepClone()), directory.Weights, modelPath);
        var rows = Reference.TokenRows(reference, "token_ids");
        var expectedLogits = Reference.Floats(device, reference, prefix + "logits");
        var expectedScores = Reference.Floats(device, reference, prefix + "log_probs");

        var logits = rows.SelectMany(row => model.Logits(row)).ToArray();
        var scores = model.ScoreTokens(rows).SelectMany(row => row).ToArray();

        var largest = Reference.LargestDifference(logits, expectedLogits);
        TestContext.Out.WriteLine($"{modelPath}: largest difference of a logit {largest:E2}");
        Assert.Multiple(() =>
        {
            Assert.That(largest, Is.LessThanOrEqualTo(Reference.LogitTolerance));
            Assert.That(Reference.LargestDifference(scores, expectedScores), Is.LessThanOrEqualTo(Reference.LogitTolerance));
        });
    }
}
