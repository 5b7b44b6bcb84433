using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Devices;

namespace Convergence.Merging.Tests.Methods;

/// <summary>What methods find out on the way to the vectors of <see cref="GoldenVectorTests"/>, worked out in double precision.</summary>
public sealed class IntermediateVectorTests
{
    private static readonly float[] Delta1 = [0.5f, -0.1f, 0.3f, -0.4f, 0.05f, 0.2f];

    // The two changes times a hundred, which moves no angle and no share: float32 holds whole numbers exactly, but rounds 0.1.
    private static readonly float[] Whole1 = [50, -10, 30, -40, 5, 20];
    private static readonly float[] Whole2 = [-20, -30, 60, 10, 2, -25];

    [Test]
    public void ModelStock_OfTwo_HasTheCosineAndTheRatio() => WithContext(MergeMethod.ModelStock, context =>
    {
        var grams = new double[MergeKernels.PairCount(2)];
        context.Kernels.VectorGrams(context.Base, context.Inputs, VectorLayout.Whole(context.Base.Shape), grams);
        var cosine = ModelStockMerge.MeanCosine(grams, models: 2, count: 1, vector: 0);
        Assert.Multiple(() =>
        {
            Assert.That(cosine, Is.EqualTo(0.0376562899).Within(1e-10));
            Assert.That(ModelStockMerge.Ratio(cosine, models: 2), Is.EqualTo(0.0725795050).Within(1e-10));
        });
    });

    [TestCase(1.0, 0.495338, 0.504662)]
    [TestCase(0.5, 0.8, 0.2)]
    public void Sce_OfTwo_SharesByEnergy(double share, double first, double second) => WithContext(MergeMethod.Sce, context =>
    {
        var merge = new SelectCalculateEraseMerge(share);
        Assert.That(SelectCalculateEraseMerge.Shares(context, merge.Cut(context)), Is.EqualTo(new[] { first, second }).Within(1e-6));
    });

    // The first passes move the mean; the fourth finds the tangent below tol, so that allowing it or more changes nothing.
    [Test]
    public void Karcher_OfThree_StopsOnItsFourthPass()
    {
        var three = Karcher(3);
        Assert.Multiple(() =>
        {
            Assert.That(Karcher(1), Is.Not.EqualTo(Karcher(0)));
            Assert.That(Karcher(2), Is.Not.EqualTo(Karcher(1)));
            Assert.That(three, Is.Not.EqualTo(Karcher(2)));
            Assert.That(Karcher(4), Is.EqualTo(three));
            Assert.That(Karcher(100), Is.EqualTo(three));
        });
    }

    // What is kept is divided by its probability, so that the quotient tells it exactly.
    [Test]
    public void Della_OfOne_KeepsWithTheProbabilitiesOfTheRanks()
    {
        const ulong Seeds = 64;
        var probabilities = new double[Delta1.Length];
        using var models = new MemoryModels().Add("zero", new float[Delta1.Length]).Add("a", Delta1);
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            var merged = Merge(
                models, Recipe(MergeMethod.DellaLinear, ["a"], ("weight", 1.0), ("density", 0.5), ("epsilon", 0.2)) with { Seed = seed });
            for (var index = 0; index < merged.Length; index++)
            {
                if (merged[index] != 0)
                {
                    probabilities[index] = Delta1[index] / merged[index];
                }
            }
        }

        Assert.That(probabilities, Is.EqualTo(new[] { 0.7, 0.38, 0.54, 0.62, 0.3, 0.46 }).Within(1e-14));
    }

    private static double[] Karcher(int passes)
    {
        using var models = new MemoryModels().Add("a", 3, 0, 4).Add("b", 0, 5, 0).Add("c", 1, 1, 1);
        return Merge(models, Recipe(MergeMethod.Karcher, ["a", "b", "c"], ("max_iter", (double)passes)) with { BaseModel = null });
    }

    private static void WithContext(MergeMethod method, Action<TensorMergeContext> check)
    {
        using var models = new MemoryModels().Add("zero", new float[Whole1.Length]).Add("a", Whole1).Add("b", Whole2);
        using var device = new CpuDevice(1);
        using var context = new TensorMergeContext(device.Merging);
        context.Fill(
            MergePlanner.Plan(Recipe(method, ["a", "b"]), models.Parents).Tasks.Single(), input => models.Parents.Load(input, device));
        check(context);
    }

    private static MergeRecipe Recipe(MergeMethod method, string[] models, params (string, ParameterValue)[] parameters) => new()
    {
        Method = method,
        BaseModel = "zero",
        OutDType = DType.F64,
        Models = [.. models.Select(name => new RecipeInput(name, RecipeParameters.Empty))],
        Parameters = RecipeParameters.Of(parameters),
    };

    private static double[] Merge(MemoryModels models, MergeRecipe recipe)
    {
        using var output = models.Merge(recipe, threads: 1).Output;
        Assert.That(output.TryGet(MemoryModels.TensorName, out var merged));
        return ((HostTensor)merged!).AsSpan<double>().ToArray();
    }
}
