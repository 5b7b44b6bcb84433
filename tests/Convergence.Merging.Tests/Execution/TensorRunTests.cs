using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Devices;
using Convergence.Tensors.Randomness;

namespace Convergence.Merging.Tests.Execution;

/// <summary>Every method merges a tensor in runs, cut wherever its operation allows, to the bits that it makes of the whole.</summary>
public sealed class TensorRunTests
{
    private static readonly string[] ModelNames = [SampleRecipes.BaseName, "a", "b", "c"];

    private static readonly (string Name, TensorShape Shape)[] Shapes =
    [
        ("model.matrix", new TensorShape(37, 53)),
        ("model.column", new TensorShape(67, 1)),
        ("model.row", new TensorShape(1, 71)),
        ("model.vector", new TensorShape(1031)),
        ("model.stack", new TensorShape(5, 7, 64)),
        ("model.wide", new TensorShape(3, 1500)),
    ];

    // A method that only takes slices arranges layers; its steps are those of others.
    private static IEnumerable<MergeMethod> Methods =>
        Enum.GetValues<MergeMethod>().Where(method => !MergeMethodDefinition.Of(method).NeedsSlices);

    private static IEnumerable<TestCaseData> Recipes()
    {
        foreach (var method in Methods)
        {
            yield return new TestCaseData(method, RecipeParameters.Empty);
        }

        yield return Variant(MergeMethod.NuSlerp, ("nuslerp_flatten", false));
        yield return Variant(MergeMethod.NuSlerp, ("nuslerp_flatten", false), ("nuslerp_row_wise", true));
        yield return Variant(MergeMethod.ModelStock, ("filter_wise", true));
        yield return Variant(MergeMethod.DareTies, ("rescale", ParameterValue.FromText("l1")));
        yield return Variant(MergeMethod.Della, ("rescale", ParameterValue.FromText("l1")));
        yield return Variant(
            MergeMethod.Ties, ("rescale", ParameterValue.FromText("l1")), ("trim_scope", ParameterValue.FromText("tensor")));
        yield return Variant(MergeMethod.Dfs, ("selection", ParameterValue.FromText("winner")));
    }

    [TestCaseSource(nameof(Recipes))]
    public void Run_CutAnywhere_GivesTheBitsOfTheWhole(MergeMethod method, RecipeParameters parameters)
    {
        using var models = Models();
        var recipe = SampleRecipes.Of(method, models.Parents);
        var plan = MergePlanner.Plan(recipe with { Parameters = parameters.Over(recipe.Parameters) }, models.Parents);
        using var device = new CpuDevice(2);
        using var context = new TensorMergeContext(device.Merging);
        Func<TensorInput, LoadedTensor> load = input => models.Parents.Load(input, device);
        context.Trim = ModelWideTrim.OfModel(plan.Tasks, context, load, CancellationToken.None);
        foreach (var task in plan.Tasks)
        {
            context.Fill(task, load);
            using var step = task.Operation.Prepare(context);
            var whole = Merge(device, context, step, task, [0, task.Shape.ElementCount]);
            for (var attempt = 0; attempt < 6; attempt++)
            {
                Assert.That(Merge(device, context, step, task, Cuts(task, attempt)), Is.EqualTo(whole), $"{task.Name}, attempt {attempt}");
            }
        }
    }

    [Test]
    public void RunUnit_IsARow_OrAnywhere_NeverAWholeMatrix()
    {
        using var models = Models();
        foreach (var method in Methods)
        {
            var plan = MergePlanner.Plan(SampleRecipes.Of(method, models.Parents), models.Parents);
            foreach (var task in plan.Tasks.Where(task => task.Shape.Rank > 1))
            {
                Assert.That(task.Operation.RunUnit(task.Shape), Is.AnyOf(1L, task.Shape.LastExtent), $"{method} {task.Name}");
            }
        }
    }

    private static TestCaseData Variant(MergeMethod method, params (string Name, ParameterValue Value)[] parameters) =>
        new(method, RecipeParameters.Of(parameters));

    // The first attempts cut at every place and at every second; the others at random.
    private static long[] Cuts(MergeTask task, int attempt)
    {
        var unit = task.Operation.RunUnit(task.Shape);
        var count = task.Shape.ElementCount / unit;
        var key = Philox.Key((ulong)attempt, task.Name);
        var places = Enumerable.Range(1, (int)Math.Max(0, count - 1)).Where(place => attempt switch
        {
            0 => count <= 200,
            1 => place % 2 == 0 && count <= 400,
            _ => Philox.UniformAt(key, 0, place) < 3.0 / count,
        });
        return [0, .. places.Select(place => place * unit), task.Shape.ElementCount];
    }

    private static float[] Merge(CpuDevice device, TensorMergeContext context, MergeStep step, MergeTask task, long[] cuts)
    {
        using var output = HostTensor.Allocate(task.DType, task.Shape);
        var inputs = new DeviceTensor[context.Inputs.Length];
        for (var run = 1; run < cuts.Length; run++)
        {
            var (first, count) = (cuts[run - 1], cuts[run] - cuts[run - 1]);
            for (var input = 0; input < inputs.Length; input++)
            {
                inputs[input] = count == task.Shape.ElementCount ? context.Inputs[input] : context.Inputs[input].Slice(first, count);
            }

            var isWhole = count == task.Shape.ElementCount;
            var part = isWhole ? output : (DeviceTensor)output.Slice(first, count);
            step.Run(
                device.Merging, new MergeRun(isWhole ? context.BaseOrNull : context.BaseOrNull?.Slice(first, count), inputs, part, first));
        }

        return output.AsSpan<float>().ToArray();
    }

    private static MemoryModels Models()
    {
        var models = new MemoryModels();
        foreach (var (model, place) in ModelNames.Select((model, place) => (model, place)))
        {
            models.Add(model, [.. Shapes.Select(tensor => (tensor.Name, Values(tensor.Name, tensor.Shape, place)))]);
        }

        return models;
    }

    // A base, and models that lie around it.
    private static HostTensor Values(string name, TensorShape shape, int model)
    {
        var (common, own) = (Philox.Key(1, name), Philox.Key((ulong)(10 + model), name));
        return HostTensor.From(
            [
                .. Enumerable.Range(0, (int)shape.ElementCount).Select(index =>
                    (float)(Philox.UniformAt(common, 0, index) - 0.5 + (model == 0 ? 0 : 0.1 * (Philox.UniformAt(own, 0, index) - 0.5)))),
            ],
            shape);
    }
}
