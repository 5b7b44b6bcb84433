using Convergence.Cuda.Merging.Arguments;
using Convergence.Cuda.Tests.Emulation;
using Convergence.Cuda.Transformer.Arguments;
using Convergence.Tensors;

namespace Convergence.Cuda.Tests.Kernels;

/// <summary>The whole way once: a kernel compiled, loaded and launched, with its operands uploaded and its result downloaded.</summary>
public sealed class LaunchTests
{
    [Test]
    public void Pack_OnTheEmulatedGpu_RoundsToNearestEven()
    {
        using var runtime = EmulatedRuntime.Create();
        float[] values = [1, -2.5f, 1.00390625f, 1.01171875f, 3.4e38f, float.NegativeInfinity, float.NaN, 1e-40f, 7];
        using var source = runtime.Upload<float>(values);
        using var destination = runtime.Memory.Allocate(values.Length * sizeof(ushort));
        var before = EmulatedGpu.LaunchCounts["transformer_matmul.cu/pack"];
        runtime.Kernels.Get("transformer_matmul", "pack").Launch(runtime.Compute, 1, 32, sharedByteCount: 0, new PackArgs
        {
            Source = new Operand { Data = source.Address, Dtype = (int)DType.F32 },
            Destination = destination.Address,
            Count = values.Length,
            Dtype = (int)DType.BF16,
        });
        var result = new ushort[values.Length];
        runtime.Download(destination.Address, result.AsSpan());

        // 1 + 2^-8 lies in the middle and goes to 1, 1 + 3 * 2^-8 to 1 + 2^-6.
        Assert.That(result, Is.EqualTo(new ushort[] { 0x3F80, 0xC020, 0x3F80, 0x3F82, 0x7F80, 0xFF80, 0xFFC0, 1, 0x40E0 }));
        Assert.That(EmulatedGpu.LaunchCounts["transformer_matmul.cu/pack"], Is.EqualTo(before + 1));
        Assert.That(EmulatedGpu.DamagedBlockCount, Is.Zero);
    }
}
