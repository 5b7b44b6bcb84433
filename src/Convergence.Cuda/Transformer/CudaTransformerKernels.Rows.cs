using Convergence.Cuda.Transformer.Arguments;
using Convergence.Tensors.Devices;

namespace Convergence.Cuda.Transformer;

internal sealed partial class CudaTransformerKernels
{
    private const string Rows = "transformer_rows";
    private const string Norms = "transformer_norms";

    // Columns that a thread takes at a time: STEP of transformer.cuh and RUN of elements.cuh.
    private const int Step = 4;
    private const int Run = 8;

    private const int RowsPerNormBlock = 4;

    public override void Embed(DeviceTensor table, ReadOnlySpan<int> ids, MatrixView output, bool accumulate = false)
    {
        var target = CudaMatrix.Of(output);
        TransformerChecks.Embed(table, ids, output);
        LaunchOver(Rows, "embed", StepsOf(target, Run), new EmbedArgs
        {
            Table = OperandOf(table, nameof(table)),
            Ids = _ids.Upload(ids),
            Output = target.Argument,
            Rows = target.RowCount,
            Columns = target.ColumnCount,
            Accumulate = accumulate ? 1 : 0,
            Aligned = CudaMatrix.Aligned(target),
        });
    }

    public override void RmsNorm(MatrixView input, DeviceTensor weight, float epsilon, MatrixView output) =>
        Normalize("rms_norm", input, weight, bias: null, epsilon, output);

    public override void LayerNorm(MatrixView input, DeviceTensor weight, DeviceTensor bias, float epsilon, MatrixView output) =>
        Normalize("layer_norm", input, weight, bias, epsilon, output);

    public override void Rope(MatrixView heads, ReadOnlySpan<int> positions, DeviceTensor cosines, DeviceTensor sines, int headSize)
    {
        var (target, cosineTable, sineTable) = (CudaMatrix.Of(heads), MatrixView.Of(cosines), MatrixView.Of(sines));
        TransformerChecks.Rope(heads, positions, cosineTable, sineTable, headSize);
        LaunchOver(Rows, "rope", (long)target.RowCount * target.ColumnCount / 2, new RopeArgs
        {
            Heads = target.Argument,
            Positions = _positions.Upload(positions),
            Cosines = CudaMatrix.Of(cosineTable).Argument.Data,
            Sines = CudaMatrix.Of(sineTable).Argument.Data,
            Rows = target.RowCount,
            HeadCount = target.ColumnCount / headSize,
            Half = headSize / 2,
        });
    }

    public override void SwiGlu(MatrixView gateAndUp, MatrixView output)
    {
        var (gates, target) = (CudaMatrix.Of(gateAndUp), CudaMatrix.Of(output));
        TransformerChecks.Extents(gateAndUp, output.RowCount, 2 * output.ColumnCount, nameof(gateAndUp));
        LaunchOver(Rows, "swiglu", StepsOf(target, Step), new SwiGluArgs
        {
            GateAndUp = gates.Argument,
            Output = target.Argument,
            Rows = target.RowCount,
            Columns = target.ColumnCount,
            Aligned = target.ColumnCount % Step == 0 ? CudaMatrix.Aligned(gates, target) : 0,
        });
    }

    public override void Gelu(MatrixView values, GeluForm form)
    {
        var target = CudaMatrix.Of(values);
        LaunchOver(Rows, "gelu", StepsOf(target, Step), new GeluArgs
        {
            Values = target.Argument,
            Rows = target.RowCount,
            Columns = target.ColumnCount,
            TanhForm = form == GeluForm.Tanh ? 1 : 0,
            Aligned = CudaMatrix.Aligned(target),
        });
    }

    public override void ScatterRows(MatrixView source, ReadOnlySpan<int> destinationRows, MatrixView destination)
    {
        TransformerChecks.ScatterRows(source, destinationRows, destination);
        MoveRows(source, destinationRows, destination, scatter: true);
    }

    public override void GatherRows(MatrixView source, ReadOnlySpan<int> sourceRows, MatrixView destination)
    {
        TransformerChecks.GatherRows(source, sourceRows, destination);
        MoveRows(source, sourceRows, destination, scatter: false);
    }

    private void MoveRows(MatrixView source, ReadOnlySpan<int> indices, MatrixView destination, bool scatter)
    {
        var (from, to) = (CudaMatrix.Of(source), CudaMatrix.Of(destination));
        LaunchOver(Rows, "move_rows", StepsOf(scatter ? from : to, Step), new MoveRowsArgs
        {
            Source = from.Argument,
            Destination = to.Argument,
            Indices = _rows.Upload(indices),
            Rows = indices.Length,
            Columns = from.ColumnCount,
            Scatter = scatter ? 1 : 0,
            Aligned = CudaMatrix.Aligned(from, to),
        });
    }

    private void Normalize(string kernel, MatrixView input, DeviceTensor weight, DeviceTensor? bias, float epsilon, MatrixView output)
    {
        var (source, target) = (CudaMatrix.Of(input), CudaMatrix.Of(output));
        TransformerChecks.Extents(output, input.RowCount, input.ColumnCount, nameof(output));
        var members = TransformerChecks.Members(weight, input, nameof(weight));
        if (bias is not null)
        {
            TransformerChecks.Vector(bias, weight.ElementCount, nameof(bias));
        }

        if (source.RowCount > 0)
        {
            var blocks = (source.RowCount + RowsPerNormBlock - 1) / RowsPerNormBlock;
            Launch(Norms, kernel, blocks, RowsPerNormBlock * WarpSize, sharedByteCount: 0, new NormArgs
            {
                Input = source.Argument,
                Output = target.Argument,
                Weight = OperandOf(weight, nameof(weight)),
                Bias = bias is null ? default : OperandOf(bias, nameof(bias)),
                Rows = source.RowCount,
                Columns = source.ColumnCount,
                MemberRows = source.RowCount / members,
                Epsilon = epsilon,
                Aligned = CudaMatrix.Aligned(source, target),
            });
        }
    }
}
