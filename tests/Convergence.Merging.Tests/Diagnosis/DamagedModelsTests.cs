using Convergence.Merging.Diagnosis;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;

namespace Convergence.Merging.Tests.Diagnosis;

/// <summary>Models that are damaged or do not fit, each in one way, and the finding that names it.</summary>
public sealed class DamagedModelsTests
{
    private const string Matrix = "model.layers.1.mlp.up_proj.weight";

    private DiagnosedModels _models = null!;

    [SetUp]
    public void MakeModels() => _models = DiagnosedModels.Family();

    [TearDown]
    public void RemoveModels() => _models.Dispose();

    [Test]
    public void NaN_BlocksAndNamesTensorAndCount()
    {
        _models.Write("broken", DiagnosedModels.Options, seed: 1, weights =>
        {
            var values = Floats(weights, Matrix);
            (values[3], values[77], values[78]) = (float.NaN, float.PositiveInfinity, float.NegativeInfinity);
        });
        Blocks(FindingTopic.Weights, "broken has weights that are NaN or infinite", $"{Matrix} (3 of 1536 elements)");
        Assert.That(_models.Examine(null, "broken").CanBeMerged, Is.False);
    }

    [Test]
    public void AnotherArchitecture_Blocks()
    {
        _models.Write("broken", DiagnosedModels.Options, seed: 1);
        _models.ChangeConfig("broken", config => config["model_type"] = "mistral");
        Blocks(FindingTopic.Architecture, "llama (base, one)", "mistral (broken)");
    }

    [Test]
    public void AnotherDepth_Blocks()
    {
        _models.Write("broken", DiagnosedModels.Options with { LayerCount = 2 }, seed: 1);
        Blocks(FindingTopic.Architecture, "3 layers (base, one)", "2 layers (broken)");
    }

    [Test]
    public void AnotherWidth_BlocksAndNamesShapes()
    {
        _models.Write("broken", DiagnosedModels.Options with { IntermediateSize = 40 }, seed: 1);
        Blocks(FindingTopic.Tensors, "9 tensors have another shape in broken than in base", "[32, 48] against [32, 40]");
    }

    [Test]
    public void AMissingTensor_BlocksAndNamesWhoHasIt()
    {
        _models.Write("broken", DiagnosedModels.Options, seed: 1, weights => weights.Remove(Matrix));
        Blocks(FindingTopic.Tensors, $"broken lacks 1 tensor that base has: {Matrix}");
    }

    [Test]
    public void AnotherVocabularySize_Blocks()
    {
        _models.Write("broken", DiagnosedModels.Options with { VocabularySize = 40 }, seed: 1);
        Blocks(FindingTopic.Vocabulary, "32 (base, one)", "40 (broken)");
    }

    [Test]
    public void TokensUnderOtherIds_BlockAndNameThem()
    {
        _models.Write("broken", DiagnosedModels.Options, seed: 1);
        _models.WriteTokenizer("base", "a", "b", "c", "d");
        _models.WriteTokenizer("broken", "a", "c", "b", "d");
        Blocks(FindingTopic.Vocabulary, "2 tokens have other ids in broken than in base", "\"b\" (1 against 2)", "\"c\" (2 against 1)");
    }

    [Test]
    public void TokensOnlySomeHave_AreAWarning()
    {
        _models.WriteTokenizer("base", "a", "b");
        _models.WriteTokenizer("one", "a", "b", "<tool>");
        Warns(FindingTopic.Vocabulary, "1 token is in one only, not in base: \"<tool>\"");
    }

    [Test]
    public void ADamagedTokenizer_Blocks()
    {
        _models.Write("broken", DiagnosedModels.Options, seed: 1);
        File.WriteAllText(Path.Combine(_models.PathOf("broken"), "tokenizer.json"), "{\"model\": 3}");
        var diagnosis = _models.Examine("base", "one", "broken");
        Assert.That(
            diagnosis.Findings.Single(finding => finding.Level == FindingLevel.Blocks).Text,
            Does.StartWith(Path.Combine(_models.PathOf("broken"), "tokenizer.json") + ": has no \"model\"").And.Contain(
                "download or export it again"));
        Assert.That(() => Merge("base", "one", "broken"), Throws.TypeOf<MergeException>());
    }

    [Test]
    public void Strangers_AreAWarning()
    {
        _models.Write("one", DiagnosedModels.Options, seed: 99);
        Warns(FindingTopic.Ancestry, "No shared ancestor", "base and one");
    }

    [Test]
    public void PaddedRows_AreANote()
    {
        _models.WriteTokenizer("one", "a", "b", "c");
        var finding = _models.Examine(null, "one")
            .Findings.Single(finding => finding is { Topic: FindingTopic.Vocabulary, Level: FindingLevel.Note });
        Assert.That(finding.Text, Does.Contain("29 of the 32 rows"));
    }

    [Test]
    public void ATokenizerBeyondTheEmbedding_IsAWarning()
    {
        _models.WriteTokenizer("one", [.. Enumerable.Range(0, 33).Select(token => $"t{token}")]);
        Warns(FindingTopic.Vocabulary, "ids up to 32", "only 32 rows");
    }

    [Test]
    public void DifferentChatTemplates_AreAWarning()
    {
        File.WriteAllText(Path.Combine(_models.PathOf("base"), "tokenizer_config.json"), """{"chat_template": "A", "eos_token": "</s>"}""");
        File.WriteAllText(
            Path.Combine(_models.PathOf("one"), "tokenizer_config.json"), """{"chat_template": "B", "eos_token": {"content": "<end>"}}""");
        Warns(FindingTopic.Tokenizer, "different chat templates", "template 1 (base)");
        Warns(FindingTopic.Tokenizer, "eos_token </s> (base), <end> (one)");
    }

    [Test]
    public void AnotherRope_IsAWarning()
    {
        _models.ChangeConfig("one", config => config["rope_theta"] = 500_000);
        Warns(FindingTopic.Configuration, "one differs from base: rope_theta 500000 (not 10000)");
    }

    [Test]
    public void AConfigurationThatIsNotOfTheseTensors_Blocks()
    {
        _models.Write("broken", DiagnosedModels.Options, seed: 1);
        _models.ChangeConfig("broken", config => config["num_hidden_layers"] = 7);
        Blocks(FindingTopic.Configuration, "broken: config.json says num_hidden_layers 7, but the tensors show other numbers of layers");
        Assert.That(_models.Examine(null, "broken").CanBeMerged, Is.False, "a health check finds it, too");
    }

    [Test]
    public void DifferentTypes_AreANote()
    {
        _models.Write("narrow", DiagnosedModels.Options with { DType = DType.BF16 }, seed: 1);
        var finding = _models.Examine("base", "narrow").Findings.Single(finding => finding.Topic == FindingTopic.Storage);
        Assert.That(finding.Level, Is.EqualTo(FindingLevel.Note));
        Assert.That(finding.Text, Does.Contain("F32 (base)").And.Contain("BF16 (narrow)"));
    }

    [Test]
    public void AQuantisedModel_Blocks()
    {
        _models.Write("broken", DiagnosedModels.Options, seed: 1, weights =>
        {
            weights.Remove(Matrix);
            weights.Add(Matrix, HostTensor.Allocate(DType.I8, new TensorShape(48, 32)));
        });
        _models.ChangeConfig(
            "broken", config => config["quantization_config"] = new System.Text.Json.Nodes.JsonObject { ["quant_method"] = "gptq" });
        Blocks(FindingTopic.Storage, "broken is quantised by gptq", Matrix, "Merge the unquantised checkpoints");
    }

    [Test]
    public void ATruncatedFile_BlocksAndTheOthersAreStillExamined()
    {
        _models.Write("broken", DiagnosedModels.Options, seed: 1);
        var file = Path.Combine(_models.PathOf("broken"), "model.safetensors");
        using (var stream = File.OpenWrite(file))
        {
            stream.SetLength(stream.Length - 100);
        }

        Blocks(FindingTopic.Files, "broken cannot be opened", file);
        var diagnosis = _models.Examine("base", "one", "broken");
        Assert.That(diagnosis.Measured, Is.EqualTo(new[] { "base", "one" }));
        Assert.That(diagnosis.Tensors, Is.Not.Empty);
    }

    [Test]
    public void ABaseThatCannotBeOpened_LeavesNoTaskVectors()
    {
        var diagnosis = _models.Examine("nowhere", "one", "two");
        Assert.That(diagnosis.CanBeMerged, Is.False);
        Assert.That(diagnosis.HasBase, Is.False);
        Assert.That(diagnosis.Spreads, Is.Empty);
    }

    [Test]
    public void ATiedFlagBesideAnotherHead_IsAWarning()
    {
        var untied = DiagnosedModels.Options with { TiedHead = false };
        _models.Write("odd", untied, seed: 1);
        _models.ChangeConfig("odd", config => config["tie_word_embeddings"] = true);
        var finding = _models.Examine(null, "odd").Findings.Single(finding => finding.Topic == FindingTopic.Head);
        Assert.That(finding.Level, Is.EqualTo(FindingLevel.Warning));
        Assert.That(finding.Text, Does.Contain("differs from it in 100 % of the elements"));
    }

    [Test]
    public void EqualModels_AreAWarning()
    {
        _models.Write("copy", DiagnosedModels.Options, seed: 1);
        Assert.That(
            _models.Examine("base", "one", "copy")
                .Findings.Where(finding => finding.Level == FindingLevel.Warning)
                .Select(finding => finding.Text),
            Has.Some.EqualTo("copy equals base in every element."));
    }

    [Test]
    public void AMatrixOfZeros_IsAWarning()
    {
        _models.Write("empty", DiagnosedModels.Options, seed: 1, weights => Floats(weights, Matrix).Clear());
        Assert.That(
            _models.Examine("base", "empty")
                .Findings.Where(finding => finding.Level == FindingLevel.Warning)
                .Select(finding => finding.Text),
            Has.Some.Contains($"empty: {Matrix}"));
    }

    private static Span<float> Floats(TensorSet weights, string name) =>
        weights.TryGet(name, out var tensor)
            ? ((HostTensor)tensor).AsSpan<float>()
            : throw new ArgumentException($"There is no {name}.", nameof(name));

    private void Blocks(string topic, params string[] parts)
    {
        var diagnosis = _models.Examine("base", "one", "broken");
        Assert.That(diagnosis.CanBeMerged, Is.False);
        AssertFinding(diagnosis, topic, FindingLevel.Blocks, parts);
        Assert.That(diagnosis.Forecasts[0].Outlook, Is.EqualTo(MethodOutlook.Impossible));
        Assert.That(() => Merge("base", "one", "broken"), Throws.InstanceOf<ConvergenceException>(), "what blocks is refused by a merge");
    }

    private void Warns(string topic, params string[] parts)
    {
        var diagnosis = _models.Examine("base", "one", "two");
        Assert.That(diagnosis.CanBeMerged);
        Assert.That(() => Merge("base", "one", "two"), Throws.Nothing, "a warning does not prevent a merge");
        AssertFinding(diagnosis, topic, FindingLevel.Warning, parts);
    }

    private void Merge(params string[] models)
    {
        using var parents = new ParentModels(_models.Root);
        using var device = new CpuDevice(1);
        using var output = new TensorSet();
        var inputs = models.Select(model => new RecipeInput(model, RecipeParameters.Of(("weight", 1.0))));
        new MergeExecutor(device).Execute(
            MergePlanner.Plan(new MergeRecipe { Method = MergeMethod.Linear, Models = [.. inputs] }, parents), output);
    }

    private static void AssertFinding(ModelDiagnosis diagnosis, string topic, FindingLevel level, string[] parts)
    {
        var found = diagnosis.Findings.Where(finding => finding.Topic == topic && finding.Level == level).ToList();
        var mayLackCure = level == FindingLevel.Note || topic is FindingTopic.Files or FindingTopic.Storage or FindingTopic.Configuration;
        Assert.That(
            found.Any(finding => parts.All(part => finding.Text.Contains(part, StringComparison.Ordinal))
                && (mayLackCure || finding.Cure is not null)),
            $"no {level} about {topic} with {string.Join(" and ", parts)} in:\n{string.Join('\n', diagnosis.Findings)}");
    }
}
