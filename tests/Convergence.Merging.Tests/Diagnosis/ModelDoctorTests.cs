using Convergence.Merging.Diagnosis;
using Convergence.Merging.Tests.Models.Lora;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Testing;

namespace Convergence.Merging.Tests.Diagnosis;

/// <summary>What the doctor says about sound families, and that it foresees what merges then do.</summary>
public sealed class ModelDoctorTests
{
    [Test]
    public void Examine_OfAFamily_FindsNothingInTheWay()
    {
        using var models = DiagnosedModels.Family();
        var diagnosis = models.Examine("base", "one", "two", "three");
        Assert.That(diagnosis.Findings.Where(finding => finding.Level > FindingLevel.Note), Is.Empty);
        Assert.That(diagnosis.CanBeMerged);
        Assert.That(diagnosis.Measured, Is.EqualTo(new[] { "base", "one", "two", "three" }));
        Assert.That(diagnosis.Tensors, Has.Length.EqualTo(TinyModels.Shapes(DiagnosedModels.Options).Count));
        Assert.That(
            diagnosis.Forecasts.Single(forecast => forecast.Method == "task_arithmetic").Outlook, Is.EqualTo(MethodOutlook.Sensible));
    }

    [Test]
    public void Examine_OfOneModel_IsAHealthCheck()
    {
        using var models = DiagnosedModels.Family();
        var diagnosis = models.Examine(null, "one");
        Assert.That(diagnosis.Level, Is.LessThanOrEqualTo(FindingLevel.Note));
        Assert.That(diagnosis.Forecasts, Is.Empty);
        Assert.That(
            diagnosis.Models.Single().ParameterCount,
            Is.EqualTo(TinyModels.Shapes(DiagnosedModels.Options).Sum(tensor => tensor.Shape.ElementCount)));
    }

    [Test]
    public void Examine_NamingTheBaseTwice_CountsItOnce()
    {
        using var models = DiagnosedModels.Family();
        Assert.That(models.Examine("base", "one", "base", "two", "one").Measured, Is.EqualTo(new[] { "base", "one", "two" }));
    }

    [Test]
    public void Examine_AnyThreadCount_SaysTheSame()
    {
        using var models = DiagnosedModels.Family();
        Assert.That(
            Enumerable.Range(1, 4)
                .Select(threads => DiagnosisJson.Of(models.Examine(threads, "base", "one", "two", "three")).ToJsonString())
                .Distinct(),
            Has.Exactly(1).Items);
    }

    [Test]
    public void Examine_MeasuresWhatTheWeightsSay()
    {
        using var models = DiagnosedModels.Family(deviation: 0.02);
        var diagnosis = models.Examine("base", "one", "two");
        using var parents = new ParentModels(models.Root);
        foreach (var tensor in diagnosis.Tensors)
        {
            double[] Of(string model) => [.. MemoryModels.Values(parents.Get(model).Weights, tensor.Name).Select(value => (double)value)];
            var (origin, one, two) = (Of("base"), Of("one"), Of("two"));
            var (first, second) = (Minus(one, origin), Minus(two, origin));
            Assert.That(tensor.Geometry.NormRatio(1), Is.EqualTo(Norm(first) / Norm(origin)).Within(1e-9));
            Assert.That(tensor.Geometry.CosineFrom(0, 1, 2), Is.EqualTo(Dot(first, second) / (Norm(first) * Norm(second))).Within(1e-9));
            Assert.That(tensor.Geometry.Cosine(1, 2), Is.EqualTo(Dot(one, two) / (Norm(one) * Norm(two))).Within(1e-9));
            Assert.That(tensor.Geometry.Distance(1, 2), Is.EqualTo(Norm(Minus(one, two))).Within(1e-9));
            Assert.That(tensor.Survey.Conflicts, Is.EqualTo(first.Zip(second).Count(pair => pair.First * pair.Second < 0)));
        }
    }

    [Test]
    public void Examine_OfAModelWithAnAdapter_MeasuresWhatTheAdapterAdds()
    {
        const string Query = "model.layers.0.self_attn.q_proj";
        using var models = DiagnosedModels.Family();
        var (down, up) = (AdapterFiles.Random("A", 2, 32), AdapterFiles.Random("B", 32, 2));
        AdapterFiles.Write(models.PathOf("lora"), "{}", (Query + ".lora_A.weight", down), (Query + ".lora_B.weight", up));
        var diagnosis = models.Examine("base", "base+lora", "one");
        Assert.That(diagnosis.CanBeMerged);
        Assert.That(diagnosis.Measured, Is.EqualTo(new[] { "base", "base+lora", "one" }));
        var change = Enumerable.Range(0, 32 * 32).Select(index => 2 * Enumerable.Range(0, 2).Sum(rank =>
            (double)up.AsSpan<float>()[(index / 32 * 2) + rank] * down.AsSpan<float>()[(rank * 32) + (index % 32)])).ToArray();
        using var parents = new ParentModels(models.Root);
        var origin = MemoryModels.Values(parents.Get("base").Weights, Query + ".weight").Select(value => (double)value).ToArray();
        foreach (var tensor in diagnosis.Tensors)
        {
            var expected = tensor.Name == Query + ".weight" ? Norm(change) / Norm(origin) : 0;
            Assert.That(tensor.Geometry.NormRatio(1), Is.EqualTo(expected).Within(1e-6), tensor.Name);
        }
    }

    [Test]
    public void Ancestry_WithoutABase_NamesTheModelThatLooksLikeIt()
    {
        using var models = DiagnosedModels.Family();
        var finding = models.Examine(null, "one", "two", "base", "three")
            .Findings.Single(finding => finding.Topic == FindingTopic.Ancestry && finding.Level == FindingLevel.Note);
        Assert.That(finding.Text, Does.StartWith("base looks like the base of the others"));
        Assert.That(finding.Cure, Does.Contain("--base base"));
        Assert.That(
            models.Examine(null, "one", "two", "three").Findings.Select(other => other.Text),
            Has.Some.StartsWith("None of the models looks like the base"));
    }

    [Test]
    public void Ancestry_WithTheWrongBase_NamesTheRightOne()
    {
        using var models = DiagnosedModels.Family();
        var findings = models.Examine("one", "two", "base", "three").Findings;
        Assert.That(
            findings.Where(finding => finding.Level == FindingLevel.Warning).Select(finding => finding.Text),
            Has.Some.StartsWith("base looks more like the base than one"));
    }

    [Test]
    public void Ancestry_OfStrangers_WarnsOfWhatTheMergeWillBe()
    {
        using var models = DiagnosedModels.Family();
        models.Write("stranger", DiagnosedModels.Options, seed: 9);
        var diagnosis = models.Examine(null, "one", "two", "stranger");
        var finding = diagnosis.Findings.Single(finding => finding is { Level: FindingLevel.Warning, Topic: FindingTopic.Ancestry });
        Assert.That(diagnosis.CanBeMerged, "merge makes it");
        Assert.That(finding.Cure, Does.Contain("will talk nonsense"));
        Assert.That(finding.Text, Does.Contain("No shared ancestor").And.Contain("one and stranger").And.Not.Contain("one and two"));
        Assert.That(diagnosis.Forecasts[0].Outlook, Is.EqualTo(MethodOutlook.Degenerate));
    }

    [TestCase(0.0005)]
    [TestCase(0.004)]
    [TestCase(0.05)]
    public void Slerp_FallsBackAsOftenAsForeseen(double deviation)
    {
        using var models = DiagnosedModels.Family(deviation);
        var forecast = models.Examine(null, "one", "two").Forecasts.Single(forecast => forecast.Method == "slerp");
        using var parents = new ParentModels(models.Root);
        using var device = new CpuDevice(2);
        using var output = new TensorSet();
        var recipe = new MergeRecipe
        {
            Method = MergeMethod.Slerp,
            Models =
            [
                new RecipeInput("one", RecipeParameters.Of(("weight", 1.0))), new RecipeInput("two", RecipeParameters.Of(("weight", 1.0))),
            ],
        };
        var report = new MergeExecutor(device).Execute(MergePlanner.Plan(recipe, parents), output);
        var share = Examination.Percent((double)report.LerpFallbacks / report.TensorCount);
        Assert.That(
            forecast.Reason,
            report.LerpFallbacks == 0
                ? Does.StartWith("Interpolates on the sphere on all")
                : Does.StartWith($"Falls back to lerp on {share} of {report.TensorCount} tensors"));
        Assert.That(forecast.Outlook == MethodOutlook.Degenerate, Is.EqualTo(2 * report.LerpFallbacks > report.TensorCount));
    }

    [TestCase(0.0005, MethodOutlook.Sensible)]
    [TestCase(0.003, MethodOutlook.Doubtful)]
    [TestCase(0.02, MethodOutlook.Degenerate)]
    public void Dare_IsJudgedByTheSizeOfTheDeltas(double deviation, MethodOutlook expected)
    {
        using var models = DiagnosedModels.Family(deviation);
        Assert.That(models.Examine("base", "one", "two")
            .Forecasts.Single(forecast => forecast.Method.StartsWith("dare", StringComparison.Ordinal)).Outlook, Is.EqualTo(expected));
    }

    [Test]
    public void ModelStock_OfModelsThatLearntTheSame_TakesTheirMean()
    {
        using var models = DiagnosedModels.Family();
        foreach (var name in new[] { "left", "right" })
        {
            // The same step but for a hundredth of it.
            using var same = TinyModels.Weights(
                DiagnosedModels.Options, 1, (tensor, index) => 0.01 + (name == "left" && index % 7 == 0 ? 0.001 : 0));
            TinyModels.Write(models.PathOf(name), DiagnosedModels.Options, same);
        }

        var diagnosis = models.Examine("base", "left", "right");
        Assert.That(diagnosis.Forecasts.Single(forecast => forecast.Method == "model_stock").Outlook, Is.EqualTo(MethodOutlook.Sensible));
        Assert.That(
            diagnosis.Findings.Select(finding => finding.Text), Has.Some.StartsWith("The task vectors share most of their direction"));
        Assert.That(
            models.Examine("base", "one", "two").Forecasts.Single(forecast => forecast.Method == "model_stock").Outlook,
            Is.EqualTo(MethodOutlook.Degenerate));
    }

    [Test]
    public void TaskVectors_OfUnevenLength_AreAWarning()
    {
        using var models = DiagnosedModels.Family();
        TinyModels.WriteSpecialist(models.PathOf("far"), DiagnosedModels.Options, baseSeed: 1, seed: 8, deviation: 0.01);
        Assert.That(
            models.Examine("base", "one", "far").Findings.Select(finding => finding.Text),
            Has.Some.Match("far moved (4.9|5|5.1)[0-9]* times as far as one"));
    }

    [Test]
    public void Examine_WhenCancelled_Stops()
    {
        using var models = DiagnosedModels.Family();
        using var parents = new ParentModels(models.Root);
        using var device = new CpuDevice(1);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.That(
            () => ModelDoctor.Examine(parents, ["one"], null, device, cancelled.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    private static double[] Minus(double[] left, double[] right) => [.. left.Zip(right, (a, b) => a - b)];

    private static double Dot(double[] left, double[] right) => left.Zip(right, (a, b) => a * b).Sum();

    private static double Norm(double[] vector) => Math.Sqrt(Dot(vector, vector));
}
