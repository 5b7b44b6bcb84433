using Convergence.Tensors.Cpu.Gemm;
using Convergence.Tensors.Cpu.Transformer;
using Convergence.Tensors.Devices;
using Convergence.Tensors.Memory;

namespace Convergence.Tensors.Cpu;

/// <summary>
/// Has the operands checked and hands them to the operators, each of which keeps its buffers and delegates from call to call.
/// </summary>
internal sealed class CpuTransformerKernels : TransformerKernels, IDisposable
{
    private readonly MemoryMeter _meter;
    private readonly WorkerScratch _scratch;
    private readonly PackOperator _pack;
    private readonly MatMulOperator _matMul;
    private readonly EmbedOperator _embed;
    private readonly RmsNormOperator _rmsNorm;
    private readonly LayerNormOperator _layerNorm;
    private readonly RopeOperator _rope;
    private readonly AttentionOperator _attention;
    private readonly SwiGluOperator _swiGlu;
    private readonly GeluOperator _gelu;
    private readonly MoveRowsOperator _moveRows;
    private readonly LogProbabilityOperator _logProbability;
    private readonly ArgMaxOperator _argMax;

    public CpuTransformerKernels(WorkerTeam team, MemoryMeter meter)
    {
        _meter = meter;
        _scratch = new WorkerScratch(team.ThreadCount);
        _pack = new PackOperator(team, _scratch);
        _matMul = new MatMulOperator(team, _scratch);
        _embed = new EmbedOperator(team, _scratch);
        _rmsNorm = new RmsNormOperator(team);
        _layerNorm = new LayerNormOperator(team);
        _rope = new RopeOperator(team);
        _attention = new AttentionOperator(team, _scratch);
        _swiGlu = new SwiGluOperator(team);
        _gelu = new GeluOperator(team);
        _moveRows = new MoveRowsOperator(team);
        _logProbability = new LogProbabilityOperator(team);
        _argMax = new ArgMaxOperator(team);
    }

    public override PackedMatrix Pack(
        ReadOnlySpan<DeviceTensor> weights, WeightLayout layout, PackedMatrix? reuse = null, int member = 0, int memberCount = 1)
    {
        var (outputs, inputs) = TransformerChecks.Pack(weights, layout, reuse, member, memberCount);
        var packed = (CpuPackedMatrix?)reuse ?? new CpuPackedMatrix(outputs, inputs, memberCount, _meter);
        _pack.Run(weights, layout, memberCount == 1 ? packed : (CpuPackedMatrix)packed.Members(member, 1));
        return packed;
    }

    public override void Embed(DeviceTensor table, ReadOnlySpan<int> ids, MatrixView output, bool accumulate = false)
    {
        TransformerChecks.Embed(table, ids, output);
        _embed.Run(table, ids, CpuMatrix.Of(output), accumulate);
    }

    public override void RmsNorm(MatrixView input, DeviceTensor weight, float epsilon, MatrixView output)
    {
        TransformerChecks.Extents(output, input.RowCount, input.ColumnCount, nameof(output));
        var count = TransformerChecks.Members(weight, input, nameof(weight));
        for (var member = 0; member < count; member++)
        {
            _rmsNorm.Run(CpuMatrix.Of(input.Run(member, count)), weight, member, epsilon, CpuMatrix.Of(output.Run(member, count)));
        }
    }

    public override void LayerNorm(MatrixView input, DeviceTensor weight, DeviceTensor bias, float epsilon, MatrixView output)
    {
        TransformerChecks.Extents(output, input.RowCount, input.ColumnCount, nameof(output));
        TransformerChecks.Vector(bias, weight.ElementCount, nameof(bias));
        var count = TransformerChecks.Members(weight, input, nameof(weight));
        for (var member = 0; member < count; member++)
        {
            _layerNorm.Run(CpuMatrix.Of(input.Run(member, count)), weight, bias, member, epsilon, CpuMatrix.Of(output.Run(member, count)));
        }
    }

    public override void MatMul(MatrixView input, PackedMatrix weight, DeviceTensor? bias, MatrixView output, bool accumulate = false)
    {
        TransformerChecks.MatMul(input, weight, bias, output);
        if (weight.MemberCount == 1)
        {
            _matMul.Run(CpuMatrix.Of(input), (CpuPackedMatrix)weight, bias, CpuMatrix.Of(output), accumulate);
            return;
        }

        for (var member = 0; member < weight.MemberCount; member++)
        {
            _matMul.Run(
                CpuMatrix.Of(input.Run(member, weight.MemberCount)),
                (CpuPackedMatrix)weight.Members(member, 1),
                bias?.Slice((long)member * weight.OutputCount, weight.OutputCount),
                CpuMatrix.Of(output.Run(member, weight.MemberCount)),
                accumulate);
        }
    }

    public override void Rope(MatrixView heads, ReadOnlySpan<int> positions, DeviceTensor cosines, DeviceTensor sines, int headSize)
    {
        var (cosineTable, sineTable) = (MatrixView.Of(cosines), MatrixView.Of(sines));
        TransformerChecks.Rope(heads, positions, cosineTable, sineTable, headSize);
        _rope.Run(CpuMatrix.Of(heads), positions, CpuMatrix.Of(cosineTable), CpuMatrix.Of(sineTable), headSize);
    }

    public override void Attention(
        MatrixView query, MatrixView key, MatrixView value, ReadOnlySpan<AttentionSpan> sequences, AttentionShape shape, MatrixView output)
    {
        TransformerChecks.Attention(query, key, value, sequences, shape, output);
        _attention.Run(CpuMatrix.Of(query), CpuMatrix.Of(key), CpuMatrix.Of(value), sequences, shape, CpuMatrix.Of(output));
    }

    public override void SwiGlu(MatrixView gateAndUp, MatrixView output)
    {
        TransformerChecks.Extents(gateAndUp, output.RowCount, 2 * output.ColumnCount, nameof(gateAndUp));
        _swiGlu.Run(CpuMatrix.Of(gateAndUp), CpuMatrix.Of(output));
    }

    public override void Gelu(MatrixView values, GeluForm form) => _gelu.Run(CpuMatrix.Of(values), form);

    public override void ScatterRows(MatrixView source, ReadOnlySpan<int> destinationRows, MatrixView destination)
    {
        TransformerChecks.ScatterRows(source, destinationRows, destination);
        _moveRows.Scatter(CpuMatrix.Of(source), destinationRows, CpuMatrix.Of(destination));
    }

    public override void GatherRows(MatrixView source, ReadOnlySpan<int> sourceRows, MatrixView destination)
    {
        TransformerChecks.GatherRows(source, sourceRows, destination);
        _moveRows.Gather(CpuMatrix.Of(source), sourceRows, CpuMatrix.Of(destination));
    }

    public override void LogProbabilities(MatrixView logits, ReadOnlySpan<int> targets, Span<float> logProbabilities)
    {
        TransformerChecks.LogProbabilities(logits, targets, logProbabilities);
        _logProbability.Run(CpuMatrix.Of(logits), targets, logProbabilities);
    }

    public override void ArgMax(MatrixView logits, Span<int> indices)
    {
        TransformerChecks.ArgMax(logits, indices);
        _argMax.Run(CpuMatrix.Of(logits), indices);
    }

    public void Dispose()
    {
        _scratch.Dispose();
        _matMul.Dispose();
        _rmsNorm.Dispose();
        _layerNorm.Dispose();
    }
}
