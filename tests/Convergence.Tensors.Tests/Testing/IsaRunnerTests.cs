using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Convergence.Testing.Isa;

namespace Convergence.Tensors.Tests.Testing;

public sealed class IsaRunnerTests
{
    [TestCase(IsaLevel.Widest)]
    [TestCase(IsaLevel.Vector256)]
    [TestCase(IsaLevel.Vector128)]
    [TestCase(IsaLevel.Scalar)]
    public void Run_PassingCheck_Returns(IsaLevel level) => Assert.That(() => IsaRunner.Run(level, Pass), Throws.Nothing);

    [Test]
    public void Run_FailingCheck_ThrowsWithItsMessage() =>
        Assert.That(
            () => IsaRunner.Run(IsaLevel.Widest, Fail), Throws.TypeOf<IsaCheckFailedException>().With.Message.Contains("as it should"));

    [Test]
    public void Run_FailingAssertion_Throws() =>
        Assert.That(() => IsaRunner.Run(IsaLevel.Widest, FailAssertion), Throws.TypeOf<IsaCheckFailedException>());

    [Test]
    public void Run_Lambda_IsRefused() =>
        Assert.That(() => IsaRunner.Run(IsaLevel.Widest, () => { }), Throws.ArgumentException);

    [Test]
    public void RunAndRead_Vector256_HasNoWiderInstructions() =>
        Assert.That(IsaRunner.RunAndRead(IsaLevel.Vector256, PrintWidths), Does.Contain("512: False False"));

    private static void Pass()
    {
    }

    private static void Fail() => throw new InvalidOperationException("failed as it should");

    private static void FailAssertion() => Assert.That(Environment.ProcessId, Is.Negative);

    private static void PrintWidths() =>
        Console.WriteLine($"512: {Vector512.IsHardwareAccelerated} {Avx512F.IsSupported}");
}
