using Convergence.Tensors.Cpu;
using Convergence.Tensors.Devices;
using Convergence.Tensors.Tests.Devices;

namespace Convergence.Tensors.Tests.Cpu.Transformer;

public sealed class SteadyStateTests
{
    [Test]
    public void ForwardOperators_AfterTheFirstPass_AllocateNothing([Values(1, 2)] int threadCount)
    {
        const int Rows = 300, Width = 128, HeadSize = 32;
        using var device = new CpuDevice(threadCount);
        var kernels = device.Transformer;
        var table = Tensor(1, Rows, Width);
        var norm = Tensor(2, Width);
        var angles = Tensor(3, Rows, HeadSize / 2);
        using var packed = kernels.Pack([Tensor(4, 2 * Width, Width)], WeightLayout.OutputByInput);
        var x = MatrixView.Of(device.Allocate(DType.F32, new TensorShape(Rows, Width)));
        var h = MatrixView.Of(device.Allocate(DType.F32, new TensorShape(Rows, Width)));
        var wide = MatrixView.Of(device.Allocate(DType.F32, new TensorShape(Rows, 2 * Width)));
        var positions = Enumerable.Range(0, Rows).ToArray();
        AttentionSpan[] spans = [new(0, Rows, 0, Rows)];
        var (targets, scores, largest) = (new int[Rows], new float[Rows], new int[Rows]);
        void Pass()
        {
            kernels.Embed(table, positions, x);
            kernels.RmsNorm(x, norm, 1e-5f, h);
            kernels.LayerNorm(h, norm, norm, 1e-5f, x);
            kernels.MatMul(x, packed, null, wide);
            kernels.Rope(x, positions, angles, angles, HeadSize);
            kernels.Attention(x, x, x, spans, new AttentionShape(4, 4, HeadSize, 0.1f), h);
            kernels.SwiGlu(wide, h);
            kernels.Gelu(h, GeluForm.Tanh);
            kernels.GatherRows(h, positions, x);
            kernels.ScatterRows(x, positions, h);
            kernels.LogProbabilities(h, targets, scores);
            kernels.ArgMax(h, largest);
        }

        // Two passes: buffers are per worker, and the first pass may not have reached every one of them.
        Pass();
        Pass();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Pass();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThanOrEqualTo(BufferAllowanceBytes(threadCount)));
    }

    // A worker that only now takes its first item makes its buffer: a small object per worker and operator.
    private static long BufferAllowanceBytes(int threadCount) => threadCount == 1 ? 0 : 256;

    private static HostTensor Tensor(int seed, params long[] shape)
    {
        var tensorShape = new TensorShape(shape);
        return HostTensor.From(TestData.Uniform(seed, (int)tensorShape.ElementCount), tensorShape);
    }
}
