using Convergence.Tensors;
using Convergence.Tensors.Cpu;

namespace Convergence.Merging.Tests.Execution;

public sealed class MergeExecutorTests
{
    [TestCase(float.NaN, 1)]
    [TestCase(float.PositiveInfinity, 2)]
    public void Execute_ParentThatIsNotFinite_NamesTensorAndCount(float bad, int count)
    {
        using var models = new MemoryModels()
            .Add("a", 1, 2, 3)
            .Add("b", [.. Enumerable.Repeat(bad, count), .. Enumerable.Repeat(1f, 3 - count)]);
        Assert.That(
            () => models.MergeVector(Linear()),
            Throws.TypeOf<MergeException>().With.Message.StartsWith($"b: tensor model.w [3] has {count} element"));
    }

    [Test]
    public void Execute_TooLargeForFloat16_NamesTensorAndCure()
    {
        using var models = new MemoryModels().Add("a", 1, 70_000).Add("b", 1, 70_000);
        Assert.That(
            () => models.MergeVector(Linear() with { OutDType = DType.F16 }),
            Throws.TypeOf<MergeException>()
                .With.Message.Contains("Tensor model.w [2]: 1 element does not fit in float16")
                .And.Message.Contains("bfloat16"));
    }

    [Test]
    public void Execute_IntoTheSameSetAgain_ReusesItsTensors()
    {
        using var models = new MemoryModels().Add("a", 1, 2).Add("b", 3, 4);
        using var device = new CpuDevice(2);
        using var output = new TensorSet();
        var executor = new MergeExecutor(device);
        executor.Execute(MergePlanner.Plan(Linear(), models.Parents), output);
        output.TryGet(MemoryModels.TensorName, out var first);
        var bytes = device.AllocatedBytes;
        executor.Execute(MergePlanner.Plan(Linear() with { Method = MergeMethod.Slerp }, models.Parents), output);
        output.TryGet(MemoryModels.TensorName, out var second);
        Assert.Multiple(() =>
        {
            Assert.That(second, Is.SameAs(first));
            Assert.That(device.AllocatedBytes, Is.EqualTo(bytes));
        });
    }

    [Test]
    public void Execute_IntegerTensor_PassesThroughFromTheFirst()
    {
        var positions = HostTensor.Allocate(DType.I64, new TensorShape(2));
        positions.AsSpan<long>()[0] = 7;
        positions.AsSpan<long>()[1] = -8;
        using var models = new MemoryModels()
            .Add("a", ("w", MemoryModels.Vector(1)), ("ids", positions))
            .Add("b", ("w", MemoryModels.Vector(2)), ("ids", HostTensor.Allocate(DType.I64, new TensorShape(2))));
        var (output, _) = models.Merge(Linear());
        Assert.That(output.TryGet("ids", out var ids) && ids.DType == DType.I64);
        Assert.That(((HostTensor)ids!).AsSpan<long>().ToArray(), Is.EqualTo(new long[] { 7, -8 }));
    }

    [Test]
    public void Execute_SlerpOfNearlyParallelModels_ReportsTheFallBack()
    {
        using var models = new MemoryModels()
            .Add("a", ("near", MemoryModels.Vector(1, 2, 3)), ("far", MemoryModels.Vector(1, 0)))
            .Add("b", ("near", MemoryModels.Vector(1, 2, 3.001f)), ("far", MemoryModels.Vector(0, 1)));
        var (output, report) = models.Merge(Linear() with { Method = MergeMethod.Slerp });
        Assert.Multiple(() =>
        {
            Assert.That((report.SlerpTensors, report.LerpFallbacks), Is.EqualTo((2, 1)));
            Assert.That(report.LerpNote, Does.Contain("lerp on 50 % of tensors"));
            Assert.That(MemoryModels.Values(output, "far"), Is.EqualTo(new[] { MathF.Sqrt(0.5f), MathF.Sqrt(0.5f) }).Within(1e-6));
        });
    }

    [Test]
    public void Execute_SlerpOfOpposedModels_StaysFinite()
    {
        using var models = new MemoryModels().Add("a", 1, -2, 3).Add("b", -1, 2, -3);
        Assert.That(models.MergeVector(Linear() with { Method = MergeMethod.Slerp }), Is.EqualTo(new float[3]));
    }

    [Test]
    public void Execute_Cancelled_Stops()
    {
        using var models = new MemoryModels().Add("a", 1).Add("b", 2);
        using var device = new CpuDevice(1);
        using var output = new TensorSet();
        Assert.That(
            () => new MergeExecutor(device).Execute(
                MergePlanner.Plan(Linear(), models.Parents), output, new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>());
    }

    private static MergeRecipe Linear() => new()
    {
        Method = MergeMethod.Linear,
        Models = [new("a", RecipeParameters.Empty), new("b", RecipeParameters.Empty)],
        Parameters = RecipeParameters.Of(("weight", 1.0)),
    };
}
