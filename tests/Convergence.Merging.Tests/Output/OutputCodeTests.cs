using System.Text.Json.Nodes;
using Convergence.Tensors.Cpu;
using Convergence.Testing;

namespace Convergence.Merging.Tests.Output;

/// <summary>Python code that a model brings along is taken along, and said aloud.</summary>
public sealed class OutputCodeTests
{
    private TemporaryDirectory _directory = null!;

    [SetUp]
    public void MakeModels()
    {
        _directory = new TemporaryDirectory();
        foreach (var (name, seed) in new[] { ("a", 1UL), ("b", 2UL) })
        {
            TinyModels.Write(_directory.Combine(name), new TinyModelOptions(), seed);
        }
    }

    [TearDown]
    public void RemoveModels() => _directory.Dispose();

    [Test]
    public void Merge_ModelWithCodeOfItsOwn_TakesAllOfItAlongAndSaysSo()
    {
        AddMap("a", "config.json",
            "{\"AutoConfig\": \"configuration_own.OwnConfig\", \"AutoModelForCausalLM\": \"modeling_own.OwnForCausalLM\"}");
        WriteCode("a", "configuration_own.py", "modeling_own.py", "helpers.py");
        var card = Merge(out var warnings);
        Assert.Multiple(() =>
        {
            foreach (var name in new[] { "configuration_own.py", "modeling_own.py", "helpers.py" })
            {
                Assert.That(File.ReadAllText(_directory.Combine("merged", name)), Is.EqualTo($"a: {name}"));
            }

            Assert.That(warnings, Has.One.Contains("a brings its own Python code (configuration_own.py, helpers.py, modeling_own.py)"));
            Assert.That(card, Does.Contain("- custom_code\n").And.Contain("trust_remote_code"));
        });
    }

    [Test]
    public void Merge_CodeThatNoConfigurationNames_IsLeft()
    {
        WriteCode("a", "train.py");
        var card = Merge(out var warnings);
        Assert.That(_directory.Combine("merged", "train.py"), Does.Not.Exist);
        Assert.That(warnings, Is.Empty);
        Assert.That(card, Does.Not.Contain("custom_code"));
    }

    [Test]
    public void Merge_CodeOfTheTokenizer_IsTakenAlongToo()
    {
        File.WriteAllText(
            _directory.Combine("a", "tokenizer_config.json"),
            "{\"auto_map\": {\"AutoTokenizer\": [\"tokenization_own.OwnTokenizer\", null]}}");
        WriteCode("a", "tokenization_own.py");
        Merge(out _);
        Assert.That(_directory.Combine("merged", "tokenization_own.py"), Does.Exist);
    }

    [Test]
    public void Merge_CodeOfAnotherRepositoryOrMissingOrAPipe_IsSaidAloud()
    {
        AddMap("a", "config.json", "{\"AutoConfig\": \"owner/model--configuration_own.OwnConfig\", \"AutoModel\": \"modeling_gone.Own\"}");
        if (OperatingSystem.IsLinux())
        {
            File.CreateSymbolicLink(_directory.Combine("a", "modeling_gone.py"), "/dev/zero");
        }

        Merge(out var warnings);
        Assert.That(
            warnings,
            Has.One.Contains("takes code from owner/model, which is not copied").And.One.Contains(
            "names modeling_gone.py, which is not in its directory"));
        Assert.That(_directory.Combine("merged", "modeling_gone.py"), Does.Not.Exist);
    }

    [Test]
    public void Merge_ParentsWithOtherCode_AreNamed()
    {
        foreach (var model in new[] { "a", "b" })
        {
            AddMap(model, "config.json", "{\"AutoModel\": \"modeling_own.Own\"}");
            WriteCode(model, "modeling_own.py");
        }

        Merge(out var warnings);
        Assert.That(warnings, Has.One.Contains("the code of b differs from that of a, which is taken: modeling_own.py"));
        Assert.That(File.ReadAllText(_directory.Combine("merged", "modeling_own.py")), Is.EqualTo("a: modeling_own.py"));
    }

    [Test]
    public void Plan_CodeLargerThanAny_IsRefused()
    {
        AddMap("a", "config.json", "{\"AutoModel\": \"modeling_own.Own\"}");
        using (var file = File.Create(_directory.Combine("a", "modeling_own.py")))
        {
            file.SetLength((16 << 20) + 1);
        }

        Assert.That(() => Merge(out _), Throws.TypeOf<MergeException>().With.Message.Contains("modeling_own.py: is larger than"));
        Assert.That(_directory.Combine("merged"), Does.Not.Exist);
    }

    private void AddMap(string model, string file, string map)
    {
        var path = _directory.Combine(model, file);
        var config = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        config["auto_map"] = JsonNode.Parse(map);
        File.WriteAllText(path, config.ToJsonString());
    }

    private void WriteCode(string model, params string[] names) =>
        Array.ForEach(names, name => File.WriteAllText(_directory.Combine(model, name), $"{model}: {name}"));

    private string Merge(out IReadOnlyList<string> warnings)
    {
        var recipe = new MergeRecipe
        {
            Method = MergeMethod.Linear,
            Models = [new("a", RecipeParameters.Empty), new("b", RecipeParameters.Empty)],
            Parameters = RecipeParameters.Of(("weight", 1.0)),
        };
        using var parents = new ParentModels(_directory.Path);
        using var device = new CpuDevice(1);
        var plan = MergePlanner.Plan(recipe, parents);
        warnings = plan.Warnings;
        new StreamedMerge(device).Run(plan, _directory.Combine("merged"));
        return File.ReadAllText(_directory.Combine("merged", "README.md"));
    }
}
