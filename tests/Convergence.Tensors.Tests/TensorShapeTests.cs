namespace Convergence.Tensors.Tests;

public sealed class TensorShapeTests
{
    [Test]
    public void Scalar_HasOneElement()
    {
        Assert.That(new TensorShape().ElementCount, Is.EqualTo(1));
        Assert.That(new TensorShape().LastExtent, Is.EqualTo(1));
        Assert.That(new TensorShape().ToString(), Is.EqualTo("[]"));
    }

    [Test]
    public void Shape_OfThreeExtents_KnowsThem()
    {
        var shape = new TensorShape(2, 3, 4);
        Assert.That(shape.ElementCount, Is.EqualTo(24));
        Assert.That(shape.Rank, Is.EqualTo(3));
        Assert.That(shape[1], Is.EqualTo(3));
        Assert.That(shape.LastExtent, Is.EqualTo(4));
        Assert.That(shape.ToString(), Is.EqualTo("[2, 3, 4]"));
    }

    [Test]
    public void Equality_ComparesExtents()
    {
        var shape = new TensorShape(2, 3);
        var same = new TensorShape(2, 3);
        Assert.That(same, Is.EqualTo(shape));
        Assert.That(same.GetHashCode(), Is.EqualTo(shape.GetHashCode()));
        Assert.That(new TensorShape(2, 3) != new TensorShape(3, 2));
        Assert.That(new TensorShape(6) != new TensorShape(2, 3));
    }

    [Test]
    public void NegativeOrTooManyElements_AreRefused()
    {
        Assert.That(() => new TensorShape(-1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new TensorShape(1L << 32, 1L << 32), Throws.InstanceOf<OverflowException>());
    }
}
