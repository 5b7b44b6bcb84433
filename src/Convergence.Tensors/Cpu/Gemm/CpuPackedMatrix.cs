using Convergence.Tensors.Devices;
using Convergence.Tensors.Memory;

namespace Convergence.Tensors.Cpu.Gemm;

/// <summary>
/// A weight matrix widened to F32 and cut into panels of 32 output features. A panel holds, input feature by input feature,
/// the 32 weights that belong to it, so that the product reads it from front to back; the last panel is filled up with zeros.
/// A stack has its matrices' panels one after another.
/// </summary>
internal sealed unsafe class CpuPackedMatrix : PackedMatrix
{
    private readonly NativeBlock _block;
    private readonly bool _ownsBlock;
    private readonly long _firstPanel;

    public CpuPackedMatrix(int outputCount, int inputCount, int memberCount, MemoryMeter meter)
        : base(outputCount, inputCount, memberCount)
    {
        PanelCount = (outputCount + TileKernel.Columns - 1) / TileKernel.Columns;
        _block = new NativeBlock((long)memberCount * PanelCount * PanelLength * sizeof(float), meter);
        _ownsBlock = true;
    }

    private CpuPackedMatrix(CpuPackedMatrix stack, int first, int count) : base(stack.OutputCount, stack.InputCount, count)
    {
        PanelCount = stack.PanelCount;
        _block = stack._block;
        _firstPanel = stack._firstPanel + ((long)first * PanelCount);
    }

    /// <summary>Panels of one matrix.</summary>
    public int PanelCount { get; }

    /// <summary>Floats of one panel.</summary>
    public long PanelLength => (long)InputCount * TileKernel.Columns;

    public float* Panel(int index)
    {
        ObjectDisposedException.ThrowIf(_block.IsClosed, this);
        return (float*)_block.Pointer + ((_firstPanel + index) * PanelLength);
    }

    protected override PackedMatrix View(int first, int count) => new CpuPackedMatrix(this, first, count);

    protected override void Dispose(bool disposing)
    {
        if (disposing && _ownsBlock)
        {
            _block.Dispose();
        }
    }
}
