using Convergence.Tensors.Memory;

namespace Convergence.Tensors.Cpu.Transformer;

/// <summary>A norm's weight or a bias, widened to floats and filled up with zeros to whole vectors. Reused from call to call.</summary>
internal sealed unsafe class VectorParameter : IDisposable
{
    // Whole panels: kernels read a bias 32 columns at a time.
    private const int Padding = Gemm.TileKernel.Columns;

    private NativeBlock? _block;

    /// <exception cref="ArgumentException">The tensor does not hold <paramref name="count"/> floats.</exception>
    public float* Load(Devices.DeviceTensor tensor, int count, string name)
    {
        if (tensor is not HostTensor host || tensor.ElementCount != count || !tensor.DType.IsComputable())
        {
            throw new ArgumentException($"{name} must hold {count} floats, not {tensor.DType} {tensor.Shape}.");
        }

        var padded = (count + Padding - 1) / Padding * Padding;
        if (_block is null || _block.ByteCount < padded * sizeof(float))
        {
            _block?.Dispose();
            _block = new NativeBlock(padded * sizeof(float), meter: null);
        }

        var values = (float*)_block.Pointer;
        FloatConversion.Widen(host.DType, host.Pointer, values, count);
        GC.KeepAlive(host);
        new Span<float>(values + count, padded - count).Clear();
        return values;
    }

    public void Dispose() => _block?.Dispose();
}
