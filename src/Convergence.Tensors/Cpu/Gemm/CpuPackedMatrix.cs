using Convergence.Tensors.Devices;
using Convergence.Tensors.Memory;

namespace Convergence.Tensors.Cpu.Gemm;

/// <summary>
/// A weight matrix widened to F32 and cut into panels of 32 output features. A panel holds, input feature by input feature,
/// the 32 weights that belong to it, so that the product reads it from front to back; the last panel is filled up with zeros.
/// </summary>
internal sealed unsafe class CpuPackedMatrix : PackedMatrix
{
    private readonly NativeBlock _block;

    public CpuPackedMatrix(int outputCount, int inputCount, MemoryMeter meter) : base(outputCount, inputCount)
    {
        PanelCount = (outputCount + TileKernel.Columns - 1) / TileKernel.Columns;
        _block = new NativeBlock((long)PanelCount * PanelLength * sizeof(float), meter);
    }

    public int PanelCount { get; }

    /// <summary>Floats of one panel.</summary>
    public long PanelLength => (long)InputCount * TileKernel.Columns;

    public float* Panel(int index)
    {
        ObjectDisposedException.ThrowIf(_block.IsClosed, this);
        return (float*)_block.Pointer + (index * PanelLength);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _block.Dispose();
        }
    }
}
