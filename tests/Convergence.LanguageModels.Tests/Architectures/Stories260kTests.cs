using System.Text.Json;
using Convergence.LanguageModels.Generation;
using Convergence.LanguageModels.Tasks;
using Convergence.LanguageModels.Tokenizers;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Models;
using Convergence.Tensors.Safetensors;
using Convergence.Testing;

namespace Convergence.LanguageModels.Tests.Architectures;

/// <summary>A small real model: logits, greedy continuation and perplexities against PyTorch's.</summary>
public sealed class Stories260kTests
{
    private string _path = string.Empty;
    private JsonElement _reference;
    private CpuDevice _device = null!;

    [OneTimeSetUp]
    public void Find()
    {
        if (!SharedData.TryFind(out var path, out var reason, "data", "models", "stories260k"))
        {
            Assert.Ignore(reason);
        }

        _path = path;
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(path, "reference", "reference.json")));
        _reference = document.RootElement.Clone();
        _device = new CpuDevice(2);
    }

    [OneTimeTearDown]
    public void Release() => _device?.Dispose();

    [Test]
    public void Logits_OfThePrompt_AreTheReference()
    {
        using var model = Load("hf");
        using var reference = SafetensorsFile.Open(Path.Combine(_path, "reference", "logits.safetensors"));
        var expected = Reference.Floats(_device, reference, "logits_f64");
        var logits = model.Logits(Integers("input_ids"));
        var largest = Reference.LargestDifference(logits, expected);
        TestContext.Out.WriteLine($"largest difference from float64: {largest:E2}");
        Assert.That(largest, Is.LessThanOrEqualTo(Reference.LogitTolerance));
    }

    [Test]
    public void PredictTokens_OfThePrompt_AreTheReference()
    {
        using var model = Load("hf");
        var tokens = Integers("input_ids");
        var predictions = new int[tokens.Length];
        model.PredictTokens([tokens], [1], predictions);
        Assert.That(predictions, Is.EqualTo(Integers("argmax")));
    }

    [Test]
    public void Generate_Greedily_IsTheReference()
    {
        using var model = Load("hf");
        var expected = Integers("greedy_ids");
        var generated = model.Generate([expected[..1]], new GenerationOptions { MaxNewTokens = expected.Length - 1 });
        Assert.Multiple(() =>
        {
            Assert.That(generated[0].Tokens, Is.EqualTo(expected[1..]));
            Assert.That(
                Tokenizer.Load(Path.Combine(_path, "hf")).Decode(generated[0].Tokens.AsSpan()),
                Is.EqualTo(_reference.GetProperty("greedy_text").GetString()));
        });
    }

    [TestCase("hf", "stories", "nll", 1e-5)]
    [TestCase("hf", "shakespeare", "nll", 1e-5)]
    [TestCase("hf", "gsm8k", "nll", 1e-5)]
    [TestCase("hf", "wikitext", "nll", 1e-5)]
    [TestCase("hf_bf16", "stories", "nll_bf16_weights", 1e-5)]
    [TestCase("hf_bf16", "wikitext", "nll_bf16_weights", 1e-5)]
    public void Perplexity_OfADomain_IsTheReference(string directory, string domain, string key, double tolerance)
    {
        using var model = Load(directory);
        var result = Evaluate(model, domain, limit: null);
        var expected = _reference.GetProperty("domains").GetProperty(domain + ".eval");
        var nats = -result.PerExample.Sum() / result.TokenCounts.Sum();
        Assert.Multiple(() =>
        {
            Assert.That(nats, Is.EqualTo(expected.GetProperty(key).GetDouble()).Within(tolerance));
            Assert.That(result.Value, Is.EqualTo(Math.Exp(expected.GetProperty(key).GetDouble())).Within(0.01).Percent);
            Assert.That(result.TokenCounts.Sum(), Is.EqualTo(expected.GetProperty("tokens").GetInt32()));
        });
    }

    [TestCase("shakespeare")]
    [TestCase("gsm8k")]
    [TestCase("wikitext")]
    public void Perplexity_OfAnExpert_IsBetterInItsOwnDomainAndWorseOnStories(string domain)
    {
        using var general = Load("hf");
        using var expert = Load("expert_" + domain);
        Assert.Multiple(() =>
        {
            Assert.That(Evaluate(expert, domain, 20).Value, Is.LessThan(Evaluate(general, domain, 20).Value));
            Assert.That(Evaluate(expert, "stories", 20).Value, Is.GreaterThan(Evaluate(general, "stories", 20).Value));
        });
    }

    private TaskResult Evaluate(LanguageModel model, string domain, int? limit)
    {
        using var directory = ModelDirectory.Open(Path.Combine(_path, "hf"));
        var task = new EvaluationTask
        {
            Name = domain,
            Kind = TaskKind.Perplexity,
            DataPath = Path.Combine(_path, "tokens", domain + ".eval.u16"),
            Metric = TaskMetrics.Perplexity,
            Limit = limit,
        };
        var prepared = PreparedTask.Prepare(task, ModelTokenizer.FromDirectory(directory), model.Shape.MaxPositions);
        return new TaskEvaluator(model).Evaluate(prepared);
    }

    private LanguageModel Load(string name)
    {
        using var directory = ModelDirectory.Open(Path.Combine(_path, name));
        return LanguageModel.Load(_device, directory.Config, directory.Weights, name);
    }

    private int[] Integers(string key) => [.. _reference.GetProperty(key).EnumerateArray().Select(id => id.GetInt32())];
}
