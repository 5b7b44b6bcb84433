using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using FsCheck;
using FsCheck.Fluent;

namespace Convergence.Merging.Tests.Comparison;

public sealed class ModelComparisonTests
{
    [Test]
    public void Of_KnownVectors_GivesKnownDistances()
    {
        var tensor = Compare([3, 0, 4], [3, 5, 4]).Tensors.Single();
        Assert.Multiple(() =>
        {
            Assert.That(tensor.L2, Is.EqualTo(5));
            Assert.That(tensor.Relative, Is.EqualTo(1));
            Assert.That(tensor.MaxAbs, Is.EqualTo(5));
            Assert.That(tensor.Cosine, Is.EqualTo(5 / Math.Sqrt(50)).Within(1e-15));
            Assert.That(tensor.EqualElements, Is.EqualTo(2));
        });
    }

    [Test]
    public void Of_Zeros_HasNoAngle()
    {
        var tensor = Compare([0, 0], [0, 1]).Tensors.Single();
        Assert.That((tensor.Relative, tensor.Cosine, tensor.L2), Is.EqualTo(((double?)null, (double?)null, (double?)1)));
    }

    [Test]
    public void Of_ItselfAndTheOtherWayRound_IsZeroAndSymmetric() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<float[]>().Filter(values => values.Length > 0 && values.All(float.IsFinite)),
            values =>
            {
                var other = values.Select(value => value * 0.5f).ToArray();
                var (there, back) = (Compare(values, other), Compare(other, values));
                return Compare(values, values) is { L2: 0, AreEqual: true } && there.L2 == back.L2
                    && there.Tensors[0].EqualElements == back.Tensors[0].EqualElements && there.Tensors[0].MaxAbs == back.Tensors[0].MaxAbs;
            }).QuickCheckThrowOnFailure();

    [Test]
    public void Of_LongTensors_CountsEveryElement()
    {
        // Longer than a chunk, and not a multiple of it.
        var values = Enumerable.Range(0, 200_003).Select(index => (float)(index % 7)).ToArray();
        var other = (float[])values.Clone();
        other[^1] += 3;
        var tensor = Compare(values, other).Tensors.Single();
        Assert.That((tensor.EqualElements, tensor.L2, tensor.MaxAbs), Is.EqualTo(((long?)200_002, (double?)3, (double?)3)));
    }

    [Test]
    public void Of_OtherNamesTypesAndShapes_NamesTheMismatch()
    {
        using var models = new MemoryModels()
            .Add(
                "a", ("l.10.w", MemoryModels.Vector(1)), ("l.2.w", MemoryModels.Vector(1, 2)),
                ("only", MemoryModels.Vector(1)), ("t", MemoryModels.Vector(1)))
            .Add(
                "b",
                ("l.10.w", MemoryModels.Vector(1)),
                ("l.2.w", MemoryModels.Vector(1)),
                ("t", HostTensor.Allocate(DType.I32, new TensorShape(1))));
        using var device = new CpuDevice(1);
        var progress = new List<MergeProgress>();
        var comparison = ModelComparison.Of(models.Parents, "a", "b", device, progress.Add);
        Assert.That(comparison.IncomparableCount, Is.EqualTo(3), "all but l.10.w");
        Assert.That(
            progress.Select(at => at.DoneByteCount), Is.EqualTo(new[] { 12, 20, 24, 32 }), "bytes of both models, in the order of layers");
        Assert.That(progress.Select(at => at.TotalByteCount), Is.All.EqualTo(32));
        Assert.That(comparison.Tensors.Select(tensor => (tensor.Name, tensor.Mismatch)), Is.EqualTo(new List<(string, TensorMismatch)>
        {
            ("l.2.w",
                TensorMismatch.Shape), ("l.10.w", TensorMismatch.None), ("only", TensorMismatch.OnlyInFirst), ("t", TensorMismatch.DType),
        }));
        Assert.That(comparison.AreEqual, Is.False);
    }

    private static ModelComparison Compare(float[] first, float[] second)
    {
        using var models = new MemoryModels().Add("a", first).Add("b", second);
        using var device = new CpuDevice(1);
        return ModelComparison.Of(models.Parents, "a", "b", device);
    }
}
