using Convergence.Cuda.Runtime;
using FsCheck;
using FsCheck.Fluent;

namespace Convergence.Cuda.Tests.Runtime;

public sealed class SizeClassesTests
{
    [TestCase(1, 512)]
    [TestCase(512, 512)]
    [TestCase(513, 1024)]
    [TestCase(4096, 4096)]
    [TestCase(4097, 4608)]
    [TestCase(8193, 9216)]
    public void Of_SmallSizes_AreWholeUnits(long byteCount, long expected) => Assert.That(SizeClasses.Of(byteCount), Is.EqualTo(expected));

    [Test]
    public void Of_AnySize_HoldsItWithAtMostAnEighthMoreAndIsItsOwnClass() =>
        Prop.ForAll(Gen.Choose(1, int.MaxValue).Select(low => (long)low * 37).ToArbitrary(), byteCount =>
        {
            var size = SizeClasses.Of(byteCount);
            return size >= byteCount
                && size <= Math.Max(byteCount + SizeClasses.Smallest, byteCount + (byteCount / 8) + 1)
                && SizeClasses.Of(size) == size
                && size % 256 == 0;
        }).QuickCheckThrowOnFailure();
}
