using Convergence.Tensors.Devices;
using Convergence.Tensors.Memory;

namespace Convergence.Tensors.Cpu;

#pragma warning disable CS9113, CA1801, IDE0005
internal sealed class CpuTransformerKernels(WorkerTeam team, MemoryMeter meter) : TransformerKernels
{
    public override PackedMatrix Pack(ReadOnlySpan<DeviceTensor> weights, WeightLayout layout, PackedMatrix? reuse = null) => throw new NotImplementedException();

    public override void Embed(DeviceTensor table, ReadOnlySpan<int> ids, MatrixView output, bool accumulate = false) => throw new NotImplementedException();

    public override void RmsNorm(MatrixView input, DeviceTensor weight, float epsilon, MatrixView output) => throw new NotImplementedException();

    public override void LayerNorm(MatrixView input, DeviceTensor weight, DeviceTensor bias, float epsilon, MatrixView output) => throw new NotImplementedException();

    public override void MatMul(MatrixView input, PackedMatrix weight, DeviceTensor? bias, MatrixView output, bool accumulate = false) => throw new NotImplementedException();

    public override void Rope(MatrixView heads, ReadOnlySpan<int> positions, DeviceTensor cosines, DeviceTensor sines, int headSize) => throw new NotImplementedException();

    public override void Attention( MatrixView query, MatrixView key, MatrixView value, ReadOnlySpan<AttentionSpan> sequences, AttentionShape shape, MatrixView output) => throw new NotImplementedException();

    public override void SwiGlu(MatrixView gateAndUp, MatrixView output) => throw new NotImplementedException();

    public override void Gelu(MatrixView values, GeluForm form) => throw new NotImplementedException();

    public override void ScatterRows(MatrixView source, ReadOnlySpan<int> destinationRows, MatrixView destination) => throw new NotImplementedException();

    public override void GatherRows(MatrixView source, ReadOnlySpan<int> sourceRows, MatrixView destination) => throw new NotImplementedException();

    public override void LogProbabilities(MatrixView logits, ReadOnlySpan<int> targets, Span<float> logProbabilities) => throw new NotImplementedException();

    public override void ArgMax(MatrixView logits, Span<int> indices) => throw new NotImplementedException();
}
