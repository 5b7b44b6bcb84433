using Convergence.Tensors.Cpu.Merging.Combining;
using Convergence.Tensors.Cpu.Merging.Statistics;
using Convergence.Tensors.Cpu.Merging.Sweeping;
using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Cpu;

/// <summary>Lengths, angles and distances.</summary>
internal sealed unsafe partial class CpuMergeKernels
{
    // Elements of a band of rows over which the sums of columns are taken: few bands, so that these take little memory.
    private const long BandSize = 1 << 20;

    public override void Gram(ReadOnlySpan<DeviceTensor> inputs, Span<double> gram)
    {
        var count = inputs.Length;
        ArgumentOutOfRangeException.ThrowIfNotEqual(gram.Length, count * count);
        Span<double> pairs = new double[PairCount(count)];
        WholeGram(new Operands(baseTensor: null, inputs), hasBase: false, count, pairs);
        SpreadPairs(pairs, count, gram);
    }

    public override void VectorGrams(
        DeviceTensor? baseTensor, ReadOnlySpan<DeviceTensor> inputs, VectorLayout vectors, Span<double> grams)
    {
        var operands = new Operands(baseTensor, inputs);
        var count = inputs.Length;
        var hasBase = baseTensor is not null;
        ArgumentOutOfRangeException.ThrowIfNotEqual(vectors.ElementCount, operands.ElementCount, nameof(vectors));
        ArgumentOutOfRangeException.ThrowIfNotEqual(grams.Length, PairCount(count) * vectors.Count);
        if (operands.ElementCount == 0)
        {
            grams.Clear();
        }
        else if (vectors.AreColumns)
        {
            ColumnGrams(operands, hasBase, count, vectors, grams);
        }
        else if (vectors.Rows == 1)
        {
            WholeGram(operands, hasBase, count, grams);
        }
        else
        {
            var sums = new double[grams.Length];
            _sweep.VisitRows(new RowGramKernel(count, hasBase, sums, vectors.Rows, vectors.Columns), operands, vectors.Rows);
            sums.CopyTo(grams);
        }
    }

    public override double CombinedLength(
        DeviceTensor? baseTensor, ReadOnlySpan<DeviceTensor> inputs, ReadOnlySpan<double> weights)
    {
        RequireOnePerInput(weights.Length, inputs);
        var operands = new Operands(baseTensor, inputs);
        var partials = new double[BlockCount(operands)];
        _sweep.Visit(new CombinedLengthKernel(weights.ToArray(), hasBase: baseTensor is not null, partials), operands);
        Span<double> sum = [0];
        BlockSums.Total(partials, sum);
        return Math.Sqrt(sum[0]);
    }

    public override void CombineVectors(
        DeviceTensor? baseTensor, ReadOnlySpan<DeviceTensor> inputs,
        VectorLayout vectors, ReadOnlySpan<double> weights, DeviceTensor output)
    {
        var count = inputs.Length;
        ArgumentOutOfRangeException.ThrowIfNotEqual(vectors.ElementCount, output.ElementCount, nameof(vectors));
        ArgumentOutOfRangeException.ThrowIfNotEqual(weights.Length, count * vectors.Count);
        if (vectors.AreColumns)
        {
            // A granule reads past the last weight.
            var padded = new double[weights.Length + MergeSweep.Granule];
            weights.CopyTo(padded);
            var kernel = new ElementFeatureKernel(padded, vectors.Count, count, hasBase: baseTensor is not null);
            _sweep.MapRows(_ => kernel, vectors.Rows, baseTensor, inputs, output);
        }
        else
        {
            CombineRows(baseTensor, inputs, vectors.Rows, weights.ToArray(), output);
        }
    }

    public override void AddClamped(DeviceTensor baseTensor, DeviceTensor input, double limit, double slope, DeviceTensor output)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        ArgumentOutOfRangeException.ThrowIfNegative(slope);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(slope, 1);
        _sweep.Map(new ClampedDeltaKernel(limit, slope), baseTensor, [input], output);
    }

    /// <summary>Rows over which the sums of columns are taken before they are added up.</summary>
    public static int BandRows(long columns) => checked((int)Math.Max(1, BandSize / columns));

    private static int BlockCount(Operands operands) =>
        checked((int)((operands.ElementCount + MergeSweep.TileSize - 1) / MergeSweep.TileSize));

    private void WholeGram(Operands operands, bool hasBase, int count, Span<double> pairs)
    {
        var partials = new double[BlockCount(operands) * pairs.Length];
        _sweep.Visit(new GramKernel(count, hasBase, partials), operands);
        BlockSums.Total(partials, pairs);
    }

    private void ColumnGrams(Operands operands, bool hasBase, int count, VectorLayout vectors, Span<double> grams)
    {
        var bandRows = BandRows(vectors.Columns);
        var bandCount = (vectors.Rows + bandRows - 1) / bandRows;
        var stride = ColumnGramKernel.Stride(vectors.Columns);
        var pairCount = PairCount(count);
        var sums = new double[checked(bandCount * pairCount * stride)];
        _sweep.VisitRows(new ColumnGramKernel(count, hasBase, sums, vectors.Columns, bandRows), operands, vectors.Rows, bandRows);
        grams.Clear();
        for (var band = 0; band < bandCount; band++)
        {
            for (var pair = 0; pair < pairCount; pair++)
            {
                var from = sums.AsSpan((int)(((band * pairCount) + pair) * stride), vectors.Count);
                var to = grams.Slice(pair * vectors.Count, vectors.Count);
                for (var column = 0; column < to.Length; column++)
                {
                    to[column] += from[column];
                }
            }
        }
    }

    private void CombineRows(
        DeviceTensor? baseTensor, ReadOnlySpan<DeviceTensor> inputs, int rows, double[] weights, DeviceTensor output)
    {
        if (baseTensor is null)
        {
            Sum<NoOrigin>(baseTensor, inputs, rows, weights, output);
        }
        else
        {
            Sum<BaseOrigin>(baseTensor, inputs, rows, weights, output);
        }
    }

    // A table of weights with a column for every row.
    private void Sum<TOrigin>(DeviceTensor? baseTensor, ReadOnlySpan<DeviceTensor> inputs, int rows, double[] weights, DeviceTensor output)
        where TOrigin : struct, IOrigin
    {
        var count = inputs.Length;
        if (rows == 1)
        {
            _sweep.Map(new WeightedSumKernel<TOrigin>(new WeightColumn(weights, count)), baseTensor, inputs, output);
        }
        else
        {
            _sweep.MapRows(
                row => new WeightedSumKernel<TOrigin>(new WeightColumn(weights, count, rows, (int)row)), rows, baseTensor, inputs, output);
        }
    }
}
