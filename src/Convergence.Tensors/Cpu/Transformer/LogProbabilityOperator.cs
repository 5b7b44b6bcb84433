using System.Runtime.Intrinsics;

namespace Convergence.Tensors.Cpu.Transformer;

/// <summary>
/// logits[r][target] - log sum exp(logits[r]), in nats. The largest logit is taken off first, so nothing overflows; the
/// exponentials are added up in float64, so the error does not grow with the vocabulary.
/// </summary>
internal sealed unsafe class LogProbabilityOperator(WorkerTeam team) : RowOperator(team)
{
    private CpuMatrix _logits;
    private int* _targets;
    private float* _results;

    public void Run(CpuMatrix logits, ReadOnlySpan<int> targets, Span<float> results)
    {
        _logits = logits;
        fixed (int* pinnedTargets = targets)
        fixed (float* pinnedResults = results)
        {
            _targets = pinnedTargets;
            _results = pinnedResults;
            RunRows(logits.RowCount, logits.ColumnCount);
        }
    }

    protected override void RunRange(int firstRow, int endRow, int worker)
    {
        for (var row = firstRow; row < endRow; row++)
        {
            var logits = _logits.Row(row);
            var largest = RowMaximum.Of(logits, _logits.ColumnCount);
            var sum = SumOfExponentials(logits, largest, _logits.ColumnCount);
            _results[row] = (float)((double)logits[_targets[row]] - largest - Math.Log(sum));
        }
    }

    private static double SumOfExponentials(float* logits, float largest, int count)
    {
        var shift = Vector512.Create(largest);
        var lower = Vector512<double>.Zero;
        var upper = Vector512<double>.Zero;
        for (var i = 0; i < count; i += Lanes.Count)
        {
            var left = count - i;
            var values = left >= Lanes.Count ? Vector512.Load(logits + i) : Lanes.LoadPartial(logits + i, left);
            var exponentials = Lanes.Exp(values - shift);
            if (left < Lanes.Count)
            {
                exponentials &= Vector512.LessThan(Lanes.Indices, Vector512.Create(left)).AsSingle();
            }

            var (first, second) = Vector512.Widen(exponentials);
            lower += first;
            upper += second;
        }

        var sums = lower + upper;
        double total = 0;
        for (var lane = 0; lane < Vector512<double>.Count; lane++)
        {
            total += sums[lane];
        }

        return total;
    }
}
