using Convergence.Tensors.Memory;

namespace Convergence.Tensors.Tests;

public sealed class TensorSetTests
{
    [Test]
    public void Names_AnyOrderOfAdding_AreOrdinal()
    {
        using var set = new TensorSet();
        foreach (var name in new[] { "b", "a.10", "B", "a.2" })
        {
            set.Add(name, HostTensor.Allocate(DType.F32, new TensorShape(2)));
        }

        Assert.That(set.Names, Is.EqualTo(new[] { "B", "a.10", "a.2", "b" }));
        Assert.That(set.ByteCount, Is.EqualTo(32));
        Assert.That(set.Remove("a.10"), Is.True);
        Assert.That(set.Remove("a.10"), Is.False);
        Assert.That(set.Names, Is.EqualTo(new[] { "B", "a.2", "b" }));
    }

    [Test]
    public void Add_TakenName_IsRefusedAndTheFirstStays()
    {
        using var set = new TensorSet();
        var first = HostTensor.From([1], new TensorShape(1));
        set.Add("a", first);
        using var second = HostTensor.From([2], new TensorShape(1));
        Assert.That(() => set.Add("a", second), Throws.ArgumentException.With.Message.Contain("\"a\""));
        Assert.That(set.TryGet("a", out var tensor) && ReferenceEquals(tensor, first));
    }

    [Test]
    public void Dispose_AndRemove_ReleaseTheMemory()
    {
        var meter = new MemoryMeter();
        var set = new TensorSet();
        set.Add("a", HostTensor.Allocate(DType.F32, new TensorShape(10), meter));
        set.Add("b", HostTensor.Allocate(DType.F32, new TensorShape(10), meter));
        set.Remove("a");
        Assert.That(meter.CurrentBytes, Is.EqualTo(40));
        set.Dispose();
        Assert.That(meter.CurrentBytes, Is.Zero);
        Assert.That(set.Names, Is.Empty);
    }
}
