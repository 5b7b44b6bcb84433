using Convergence.Tensors.Memory;

namespace Convergence.Tensors.Cpu.Transformer;

/// <summary>A norm's weight or a bias, widened to floats and filled up with zeros to whole vectors. Reused from call to call.</summary>
internal sealed unsafe class VectorParameter : IDisposable
{
    // Whole panels: kernels read a bias 32 columns at a time.
    private const int Padding = Gemm.TileKernel.Columns;

    private NativeBlock? _block;

    /// <summary>The values of one vector of a checked stack.</summary>
    /// <exception cref="ArgumentException">The stack does not lie in host memory.</exception>
    public float* Load(Devices.DeviceTensor stack, int member, int count)
    {
        var host = stack as HostTensor ?? throw new ArgumentException($"{stack.DType} {stack.Shape} does not lie in host memory.");

        var padded = (count + Padding - 1) / Padding * Padding;
        if (_block is null || _block.ByteCount < padded * sizeof(float))
        {
            _block?.Dispose();
            _block = new NativeBlock(padded * sizeof(float), meter: null);
        }

        var values = (float*)_block.Pointer;
        FloatConversion.Widen(host.DType, host.Pointer + ((long)member * count * host.DType.ByteCount()), values, count);
        GC.KeepAlive(host);
        new Span<float>(values + count, padded - count).Clear();
        return values;
    }

    public void Dispose() => _block?.Dispose();
}
