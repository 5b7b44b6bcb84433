namespace Convergence.Tensors.Tests;

public sealed unsafe class HostTensorTests
{
    [Test]
    public void Allocate_AnyType_IsAlignedAndSized([Values] DType dtype)
    {
        using var tensor = HostTensor.Allocate(dtype, new TensorShape(3, 5));
        Assert.That((long)tensor.Pointer % 64, Is.Zero);
        Assert.That(tensor.ElementCount, Is.EqualTo(15));
        Assert.That(tensor.ByteCount, Is.EqualTo(15 * dtype.ByteCount()));
    }

    [Test]
    public void Allocate_NoElements_IsAllowed()
    {
        using var tensor = HostTensor.Allocate(DType.F32, new TensorShape(0, 7));
        Assert.That(tensor.AsSpan<float>().Length, Is.Zero);
        Assert.That(tensor.Bytes(0, 10).Length, Is.Zero);
    }

    [Test]
    public void Allocate_MoreBytesThan64BitsCount_IsRefused() =>
        Assert.That(() => HostTensor.Allocate(DType.F64, new TensorShape(long.MaxValue)), Throws.InstanceOf<OverflowException>());

    [Test]
    public void Slice_OfASlice_SeesTheSameMemory()
    {
        using var tensor = HostTensor.From([0, 1, 2, 3, 4, 5, 6, 7], new TensorShape(2, 4));
        var slice = tensor.Slice(2, 5).Slice(1, 3);
        Assert.That(slice.AsSpan<float>().ToArray(), Is.EqualTo(new float[] { 3, 4, 5 }));
        slice.AsSpan<float>()[0] = 30;
        slice.Dispose();
        Assert.That(tensor.AsSpan<float>()[3], Is.EqualTo(30), "disposing a view does nothing");
        Assert.That(tensor.Slice(8, 0).ElementCount, Is.Zero);
    }

    [TestCase(-1, 1)]
    [TestCase(0, 9)]
    [TestCase(8, 1)]
    [TestCase(0, -1)]
    [TestCase(1, long.MaxValue)]
    [TestCase(long.MaxValue, 1)]
    public void Slice_OutOfRange_IsRefused(long start, long count)
    {
        using var tensor = HostTensor.Allocate(DType.F32, new TensorShape(8));
        Assert.That(() => tensor.Slice(start, count), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Reshape_SameCount_SeesTheSameMemoryAndOtherCountsAreRefused()
    {
        using var tensor = HostTensor.From([1, 2, 3, 4, 5, 6], new TensorShape(6));
        var matrix = tensor.Reshape(new TensorShape(2, 3));
        Assert.That(matrix.Shape, Is.EqualTo(new TensorShape(2, 3)));
        Assert.That(matrix.AsSpan<float>()[5], Is.EqualTo(6));
        Assert.That(() => tensor.Reshape(new TensorShape(5)), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void AsSpan_WrongElementSize_IsRefused()
    {
        using var tensor = HostTensor.Allocate(DType.BF16, new TensorShape(4));
        Assert.That(() => tensor.AsSpan<float>().Length, Throws.InvalidOperationException.With.Message.Contain("BF16"));
        Assert.That(tensor.AsSpan<ushort>().Length, Is.EqualTo(4));
    }

    [TestCase(0, 3, 3)]
    [TestCase(2, 100, 6)]
    [TestCase(8, 4, 0)]
    public void Bytes_InRange_AreAtMostWhatIsThere(long offset, int maxByteCount, int expected)
    {
        using var tensor = HostTensor.Allocate(DType.F32, new TensorShape(2));
        Assert.That(tensor.Bytes(offset, maxByteCount).Length, Is.EqualTo(expected));
    }

    [TestCase(-1, 1)]
    [TestCase(9, 1)]
    [TestCase(0, -1)]
    public void Bytes_OutOfRange_AreRefused(long offset, int maxByteCount)
    {
        using var tensor = HostTensor.Allocate(DType.F32, new TensorShape(2));
        Assert.That(() => tensor.Bytes(offset, maxByteCount).Length, Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Dispose_OwnerOfViews_MakesThemThrowInsteadOfReadingFreedMemory()
    {
        var tensor = HostTensor.From([1, 2], new TensorShape(2));
        var slice = tensor.Slice(0, 1);
        var reshaped = slice.Reshape(new TensorShape(1, 1));
        tensor.Dispose();
        Assert.That(() => tensor.AsSpan<float>().Length, Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => slice.AsSpan<float>().Length, Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => reshaped.Bytes(0, 1).Length, Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void From_WrongCount_IsRefused() =>
        Assert.That(() => HostTensor.From([1, 2, 3], new TensorShape(2)), Throws.InstanceOf<ArgumentOutOfRangeException>());
}
