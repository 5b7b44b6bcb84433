using Convergence.Cuda.Tests.Emulation;
using Convergence.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.Cuda.Tests.Runtime;

/// <summary>Work aside runs beside what the device is asked for, and only what needs it waits.</summary>
public sealed class AsideTests
{
    private const int Count = 5000;

    private static readonly TensorShape Shape = new(Count);

    private ComputeDevice _device = null!;

    [SetUp]
    public void Open() => _device = EmulatedDevice.Create();

    [TearDown]
    public void Close()
    {
        _device?.Dispose();
        EmulatedGpu.Reset();
    }

    [Test]
    public void Aside_BesideOtherWork_IsTheSameInEveryOrder([ValueSource(typeof(EmulatedGpu), nameof(EmulatedGpu.Orders))] int order)
    {
        EmulatedGpu.Configure("order", order);
        Assert.That(SixTimesAndTwice(), Is.All.EqualTo(8));
    }

    // The first holds the work aside back until its inputs are there, the second those who read its results.
    [Test]
    public void Aside_WithoutOneOfItsWaits_IsFoundOut([Values(1, 2)] int lostWait)
    {
        var found = new List<float[]>();
        foreach (var order in EmulatedGpu.Orders)
        {
            _device.Dispose();
            EmulatedGpu.Reset();
            _device = EmulatedDevice.Create();
            EmulatedGpu.Configure("order", order);
            EmulatedGpu.Configure("lost_wait", lostWait);
            found.Add(SixTimesAndTwice());
        }

        Assert.That(found, Has.Some.Not.All.EqualTo(8));
    }

    [Test]
    public void Aside_WhileTheHostWaits_GoesOnAStepAtATime()
    {
        var steps = 0;
        using var ones = Ones();
        _device.BeginAside(() => ++steps < 3);
        Assert.That(steps, Is.Zero);
        _device.Read(ones, new float[Count]);
        Assert.That(steps, Is.Positive);
        _device.FinishAside();
        Assert.That(steps, Is.EqualTo(3));
    }

    [Test]
    public void Aside_MemoryThatIsGivenBackMeanwhile_IsNotTaken([ValueSource(typeof(EmulatedGpu), nameof(EmulatedGpu.Orders))] int order)
    {
        EmulatedGpu.Configure("order", order);
        using var ones = Ones();
        using var kept = _device.Allocate(DType.F32, Shape);
        using var other = _device.Allocate(DType.F32, Shape);
        _device.BeginAside(() =>
        {
            using var scratch = _device.Allocate(DType.F32, Shape);
            _device.Merging.Combine([ones], [5], scratch);
            _device.Merging.Combine([scratch], [2], other);
            return false;
        });
        var passing = _device.Allocate(DType.F32, Shape);
        _device.Merging.Combine([ones], [3], passing);
        _device.Merging.Copy(passing, kept);
        passing.Dispose();
        var first = Read(ones);
        using var next = _device.Allocate(DType.F32, Shape);
        _device.Merging.Combine([ones], [7], next);
        _device.FinishAside();

        Assert.That((first[0], Read(kept)[9], Read(other)[9], Read(next)[9]), Is.EqualTo((1f, 3f, 10f, 7f)));
    }

    [Test]
    public void Aside_WhatItThrows_IsToldToWhoFinishesIt()
    {
        using var ones = Ones();
        _device.BeginAside(() => throw new InvalidOperationException("odd"));
        Assert.That(() => Read(ones), Throws.Nothing);
        Assert.That(() => _device.FinishAside(), Throws.InvalidOperationException.With.Message.EqualTo("odd"));
        Assert.That(() => _device.FinishAside(), Throws.Nothing);
    }

    [Test]
    public void DropAside_GivesUpTheStepsThatAreLeft()
    {
        _device.BeginAside(() => throw new InvalidOperationException("odd"));
        _device.DropAside();
        Assert.That(() => _device.FinishAside(), Throws.Nothing);
    }

    // Aside: three times what is made before; afterwards both are added.
    private float[] SixTimesAndTwice()
    {
        using var ones = Ones();
        using var twos = _device.Allocate(DType.F32, Shape);
        using var sixes = _device.Allocate(DType.F32, Shape);
        using var sums = _device.Allocate(DType.F32, Shape);
        _device.Merging.Combine([ones], [2], twos);
        _device.BeginAside(() =>
        {
            _device.Merging.Combine([twos], [3], sixes);
            return false;
        });
        Read(ones);
        _device.FinishAside();
        _device.Merging.Combine([twos, sixes], [1, 1], sums);
        return Read(sums);
    }

    private DeviceTensor Ones()
    {
        var ones = _device.Allocate(DType.F32, Shape);
        _device.Write([.. Enumerable.Repeat(1f, Count)], ones);
        return ones;
    }

    private float[] Read(DeviceTensor tensor)
    {
        var values = new float[Count];
        _device.Read(tensor, values);
        return values;
    }
}
