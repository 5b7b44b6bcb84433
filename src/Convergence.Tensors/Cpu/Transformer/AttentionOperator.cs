using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Cpu.Transformer;

/// <summary>
/// Causal scaled dot-product attention with grouped queries (Vaswani et al., arXiv 1706.03762; Ainslie et al., arXiv 2305.13245).
/// A work item is a sequence and a key/value head (or, where those are few, one query head). It packs the keys and values once and
/// treats the queries in blocks: scores by register tiles, softmax, values by register tiles. A block sees only the keys up to
/// its last query, which leaves out nearly the whole masked half.
/// </summary>
internal sealed unsafe class AttentionOperator
{
    // About 10 microseconds of work: less is not worth waking another thread for.
    private const long MinParallelProducts = 1 << 20;

    private const int MinItemsPerThread = 4;

    private readonly WorkerTeam _team;
    private readonly WorkerScratch _scratch;
    private readonly Action<int, int> _runItem;

    private CpuMatrix _query;
    private CpuMatrix _key;
    private CpuMatrix _value;
    private CpuMatrix _output;
    private AttentionSpan* _sequences;
    private AttentionShape _shape;
    private int _itemsPerSequence;

    public AttentionOperator(WorkerTeam team, WorkerScratch scratch)
    {
        _team = team;
        _scratch = scratch;
        _runItem = RunItem;
    }

    public void Run(
        CpuMatrix query, CpuMatrix key, CpuMatrix value, ReadOnlySpan<AttentionSpan> sequences, AttentionShape shape, CpuMatrix output)
    {
        (_query, _key, _value, _output, _shape) = (query, key, value, output, shape);
        long products = 0;
        foreach (var sequence in sequences)
        {
            products += (long)sequence.QueryCount * sequence.KeyCount * query.ColumnCount;
        }

        var fewItems = sequences.Length * shape.KeyValueHeadCount < _team.ThreadCount * MinItemsPerThread;
        _itemsPerSequence = _team.ThreadCount > 1 && fewItems ? shape.HeadCount : shape.KeyValueHeadCount;
        fixed (AttentionSpan* pinned = sequences)
        {
            _sequences = pinned;
            var itemCount = sequences.Length * _itemsPerSequence;
            if (products >= MinParallelProducts)
            {
                _team.Run(itemCount, _runItem);
                return;
            }

            for (var item = 0; item < itemCount; item++)
            {
                RunItem(item, 0);
            }
        }
    }

    private void RunItem(int item, int worker)
    {
        var sequence = _sequences[item / _itemsPerSequence];
        if (sequence.QueryCount == 0)
        {
            return;
        }

        var (headSize, group) = (_shape.HeadSize, _shape.HeadCount / _shape.KeyValueHeadCount);
        var headsPerItem = _shape.HeadCount / _itemsPerSequence;
        var firstHead = item % _itemsPerSequence * headsPerItem;
        var column = firstHead / group * headSize;
        var layout = new AttentionScratch(sequence.KeyCount, headSize);
        var scratch = _scratch.Reserve(worker, layout.FloatCount);
        AttentionPacking.PackKeys(
            _key.Row(sequence.FirstKey) + column, _key.Stride, sequence.KeyCount, headSize, scratch + layout.Keys);
        AttentionPacking.PackValues(
            _value.Row(sequence.FirstKey) + column, _value.Stride, sequence.KeyCount, headSize, scratch + layout.Values);
        for (var head = firstHead; head < firstHead + headsPerItem; head++)
        {
            for (var query = 0; query < sequence.QueryCount; query += AttentionScratch.BlockQueries)
            {
                var row = sequence.FirstQuery + query;
                var block = new AttentionBlock
                {
                    Query = _query.Row(row) + (head * headSize),
                    QueryStride = _query.Stride,
                    QueryCount = Math.Min(AttentionScratch.BlockQueries, sequence.QueryCount - query),
                    FirstVisibleCount = sequence.KeyCount - sequence.QueryCount + query + 1,
                    KeyCount = sequence.KeyCount,
                    HeadSize = headSize,
                    Scale = _shape.Scale,
                    Output = _output.Row(row) + (head * headSize),
                    OutputStride = _output.Stride,
                };
                block.Run(scratch, layout);
            }
        }
    }
}
