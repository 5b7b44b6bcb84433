using Convergence.Testing.Isa;

namespace Convergence.Tensors.Tests.Cpu.Transformer;

/// <summary>A forward pass gives the same bits for any number of threads and any width of vectors.</summary>
public sealed class SameBitsTests
{
    [Test]
    public void ForwardOperators_AnyThreadCount_GiveTheSameBits([Values(2, 3, 5)] int threadCount) =>
        Assert.That(ForwardProbe.Hash(threadCount), Is.EqualTo(ForwardProbe.Hash(1)));

    [Test]
    public void ForwardOperators_NarrowerVectors_GiveTheSameBits(
        [Values(IsaLevel.Widest, IsaLevel.Vector256, IsaLevel.Vector128, IsaLevel.Scalar)] IsaLevel level) =>
        Assert.That(IsaRunner.RunAndRead(level, ForwardProbe.PrintHash), Does.StartWith(ForwardProbe.Hash(1)));
}
