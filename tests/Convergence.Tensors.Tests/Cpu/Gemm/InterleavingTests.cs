using Convergence.Tensors.Cpu.Gemm;
using Convergence.Tensors.Tests.Devices;

namespace Convergence.Tensors.Tests.Cpu.Gemm;

public sealed unsafe class InterleavingTests
{
    [Test, Combinatorial]
    public void Interleave_AwkwardExtents_TransposesExactly(
        [Values(1, 2, 3, 4, 5, 12, 31, 32)] int rows, [Values(1, 3, 4, 7, 8, 16, 17, 63, 64, 65)] int depth)
    {
        const int Step = 32;
        var stride = depth + 3;
        var source = TestData.Uniform(1, rows * stride);
        var result = new float[depth * Step];
        fixed (float* from = source)
        fixed (float* to = result)
        {
            Interleaving.Interleave(from, stride, rows, depth, to, Step);
        }

        var expected = Enumerable.Range(0, depth * Step).Select(i => i % Step < rows ? source[(i % Step * stride) + (i / Step)] : 0);
        Assert.That(result, Is.EqualTo(expected));
    }

    [Test]
    public void DepthBlocks_AnyDepth_AreEvenAndShortEnough([Range(1, 2_100, 37)] int depth)
    {
        var blocks = new DepthBlocks(depth);
        Assert.That(blocks.Length, Is.InRange(1, DepthBlocks.MaxLength));
        Assert.That(blocks.Length % 4, Is.Zero);
        var count = (depth + blocks.Length - 1) / blocks.Length;
        Assert.That(count, Is.EqualTo((depth + DepthBlocks.MaxLength - 1) / DepthBlocks.MaxLength));
    }
}
