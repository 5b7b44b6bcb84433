using Convergence.Cuda.Transformer.Arguments;
using Convergence.Tensors.Devices;

namespace Convergence.Cuda.Transformer;

internal sealed partial class CudaTransformerKernels
{
    private const string Scores = "transformer_scores";

    public override void LogProbabilities(MatrixView logits, ReadOnlySpan<int> targets, Span<float> logProbabilities)
    {
        var matrix = CudaMatrix.Of(logits);
        TransformerChecks.LogProbabilities(logits, targets, logProbabilities);
        if (targets.IsEmpty)
        {
            return;
        }

        var results = _results.Reserve((long)targets.Length * sizeof(float));
        Launch(Scores, "log_probability", matrix.RowCount, ThreadsFor(matrix), sharedByteCount: 0, new LogProbabilityArgs
        {
            Logits = matrix.Argument,
            Targets = _targets.Upload(targets),
            Results = results,
            Rows = matrix.RowCount,
            Columns = matrix.ColumnCount,
        });
        _runtime.Download(results, logProbabilities);
    }

    public override void ArgMax(MatrixView logits, Span<int> indices)
    {
        var matrix = CudaMatrix.Of(logits);
        TransformerChecks.ArgMax(logits, indices);
        if (indices.IsEmpty)
        {
            return;
        }

        var results = _results.Reserve((long)indices.Length * sizeof(int));
        Launch(Scores, "arg_max", matrix.RowCount, ThreadsFor(matrix), sharedByteCount: 0, new ArgMaxArgs
        {
            Values = matrix.Argument,
            Results = results,
            Rows = matrix.RowCount,
            Columns = matrix.ColumnCount,
        });
        _runtime.Download(results, indices);
    }

    // Whole warps, several columns for each thread. The same for every row, whatever the batch: it decides the order of sums.
    private static int ThreadsFor(CudaMatrix matrix) =>
        Math.Clamp((matrix.ColumnCount / 4 + WarpSize - 1) / WarpSize * WarpSize, WarpSize, BlockSize);
}
