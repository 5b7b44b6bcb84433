using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Testing;

namespace Convergence.Merging.Tests.Output;

public sealed class CardLineageTests
{
    private const string Steps =
        """
        name: mean
        merge_method: linear
        base_model: a
        models: [{model: a}, {model: b}]
        parameters: {weight: 1}
        ---
        name: turned
        merge_method: slerp
        models: [{model: mean}, {model: c}]
        parameters: {t: 0.5}
        """;

    private TemporaryDirectory _folder = null!;

    [SetUp]
    public void MakeModels()
    {
        _folder = new TemporaryDirectory();
        foreach (var (name, licence) in new[] { ("a", "apache-2.0"), ("b", "llama3"), ("c", "mit") })
        {
            TinyModels.Write(_folder.Combine(name), new TinyModelOptions(), seed: name[0]);
            File.WriteAllText(_folder.Combine(name, "README.md"), $"---\nlicense: {licence}\n---\n");
        }
    }

    [TearDown]
    public void RemoveModels() => _folder.Dispose();

    [Test]
    public void Card_OfSeveralSteps_NamesTheModelsThatStayAndAllTheirLicences()
    {
        var card = Merge(RecipeReader.ParseSequence(Steps, "x.yml"));
        Assert.Multiple(() =>
        {
            Assert.That(card, Does.Contain(
                "|---|---|---|\n| a | base, through mean | apache-2.0 |\n| b | parent, through mean | llama3 |\n| c | parent | mit |\n\n"));
            Assert.That(card, Does.StartWith("---\nlicense: other\nlicense_name: \"mit, apache-2.0, llama3\"\n"));
            Assert.That(card, Does.Contain("the most restrictive is llama3"));
        });
    }

    [Test]
    public void Card_ModelOfTheLastStepToo_IsItsParentOnce()
    {
        var card = Merge(RecipeReader.ParseSequence(Steps.Replace("{model: c}", "{model: b}", StringComparison.Ordinal), "x.yml"));
        Assert.That(card, Does.Contain("|---|---|---|\n| a | base, through mean | apache-2.0 |\n| b | parent | llama3 |\n\n"));
    }

    private string Merge(RecipeSequence sequence)
    {
        using var parents = new ParentModels(_folder.Path);
        using var device = new CpuDevice(1);
        foreach (var step in sequence.Steps)
        {
            var plan = MergePlanner.Plan(step.Recipe, parents);
            using var output = new TensorSet();
            new MergeExecutor(device).Execute(plan, output);
            MergedModelWriter.Write(
                _folder.Combine("out", step.Name!), plan with { Sequence = step == sequence.Steps[^1] ? sequence : null }, output);
            parents.Add(step.Name!, _folder.Combine("out", step.Name!));
        }

        return File.ReadAllText(_folder.Combine("out", sequence.Steps[^1].Name!, "README.md"));
    }
}
