using Convergence.Tensors.Tests.Devices.Merging;
using Convergence.Testing.Isa;

namespace Convergence.Tensors.Tests.Cpu.Merging;

/// <summary>The same bits however the work is done.</summary>
public sealed class MergeDeterminismTests
{
    // Several chunks, and a last one that is not whole.
    private const int ManyChunks = 700_003;

    [Test]
    public void Kernels_AnyThreadCount_GiveTheSameBits() =>
        Assert.That(
            Enumerable.Range(1, 4)
                .Select(threads => MergeCases.Fingerprint(threads, ManyChunks, DType.F32, DType.F32, DType.F32, DType.BF16, DType.F32))
                .Distinct(),
            Has.Exactly(1).Items);

    [TestCase(IsaLevel.Vector256)]
    [TestCase(IsaLevel.Vector128)]
    [TestCase(IsaLevel.Scalar)]
    public void Kernels_NarrowerInstructions_GiveTheSameBits(IsaLevel level) =>
        Assert.That(Prints(level), Is.EqualTo(Prints(IsaLevel.Widest)).And.Length.GreaterThan(1000));

    private static string Prints(IsaLevel level)
    {
        var output = IsaRunner.RunAndRead(level, MergeCases.PrintFingerprints);
        return string.Join('\n', output.Split('\n').Where(line => line.Contains(": ", StringComparison.Ordinal)));
    }
}
