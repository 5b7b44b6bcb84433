using Convergence.Tensors.Cpu.Transformer;
using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Cpu.Gemm;

/// <summary>Fills a <see cref="CpuPackedMatrix"/>, a panel per work item; stacked weights may have different float types.</summary>
internal sealed unsafe class PackOperator
{
    private readonly WorkerTeam _team;
    private readonly WorkerScratch _scratch;
    private readonly Action<int, int> _packPanel;
    private readonly List<HostTensor> _weights = [];

    private WeightLayout _layout;
    private CpuPackedMatrix _packed = null!;

    public PackOperator(WorkerTeam team, WorkerScratch scratch)
    {
        _team = team;
        _scratch = scratch;
        _packPanel = PackPanel;
    }

    /// <summary>Packs checked weights into one matrix.</summary>
    public void Run(ReadOnlySpan<DeviceTensor> weights, WeightLayout layout, CpuPackedMatrix packed)
    {
        _weights.Clear();
        foreach (var weight in weights)
        {
            _weights.Add((HostTensor)weight);
        }

        _layout = layout;
        _packed = packed;
        try
        {
            _team.Run(_packed.PanelCount, _packPanel);
        }
        finally
        {
            _weights.Clear();
            _packed = null!;
        }
    }

    private void PackPanel(int panel, int worker)
    {
        var destination = _packed.Panel(panel);
        var first = panel * TileKernel.Columns;
        var end = Math.Min(first + TileKernel.Columns, _packed.OutputCount);
        if (end - first < TileKernel.Columns)
        {
            new Span<float>(destination, checked((int)_packed.PanelLength)).Clear();
        }

        // A panel may straddle stacked weights: each fills its own columns of it.
        var weightStart = 0;
        foreach (var weight in _weights)
        {
            var outputs = (int)(_layout == WeightLayout.OutputByInput ? weight.Shape[0] : weight.Shape[1]);
            var from = Math.Max(first, weightStart);
            var to = Math.Min(end, weightStart + outputs);
            if (from < to)
            {
                PackColumns(weight, from - weightStart, to - from, destination + (from - first), worker);
            }

            weightStart += outputs;
        }
    }

    private void PackColumns(HostTensor weight, int firstOutput, int outputCount, float* destination, int worker)
    {
        if (_layout == WeightLayout.OutputByInput)
        {
            PackRows(weight, firstOutput, outputCount, destination, worker);
            return;
        }

        var elementSize = weight.DType.ByteCount();
        for (var k = 0; k < _packed.InputCount; k++)
        {
            var source = weight.Pointer + (((k * weight.Shape[1]) + firstOutput) * elementSize);
            FloatConversion.Widen(weight.DType, source, destination + ((long)k * TileKernel.Columns), outputCount);
        }
    }

    private void PackRows(HostTensor weight, int firstOutput, int outputCount, float* destination, int worker)
    {
        var inputs = _packed.InputCount;
        if (weight.DType == DType.F32)
        {
            var rows = (float*)weight.Pointer + ((long)firstOutput * inputs);
            Interleaving.Interleave(rows, inputs, outputCount, inputs, destination, TileKernel.Columns);
            return;
        }

        var widened = _scratch.Reserve(worker, (long)TileKernel.Columns * inputs);
        for (var row = 0; row < outputCount; row++)
        {
            var source = weight.Pointer + ((long)(firstOutput + row) * inputs * weight.DType.ByteCount());
            FloatConversion.Widen(weight.DType, source, widened + ((long)row * inputs), inputs);
        }

        Interleaving.Interleave(widened, inputs, outputCount, inputs, destination, TileKernel.Columns);
    }
}
