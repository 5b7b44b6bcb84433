using Convergence.Cuda.Merging.Arguments;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Cpu.Merging.Sweeping;
using Convergence.Tensors.Devices;

namespace Convergence.Cuda.Merging;

/// <summary>Lengths, angles and distances.</summary>
internal sealed partial class CudaMergeKernels
{
    private const string SumsModule = "merge_sums";

    public override void Gram(ReadOnlySpan<DeviceTensor> inputs, Span<double> gram)
    {
        var count = inputs.Length;
        ArgumentOutOfRangeException.ThrowIfNotEqual(gram.Length, count * count);
        Span<double> pairs = new double[PairCount(count)];
        var tensors = MergeOperands.Of(runtime, baseTensor: null, inputs, output: null);
        SumProducts(tensors, MergeSweep.TileSize, isByVector: false, areSquares: false, pairs);
        SpreadPairs(pairs, count, gram);
    }

    public override void VectorGrams(
        DeviceTensor? baseTensor, ReadOnlySpan<DeviceTensor> inputs, VectorLayout vectors, Span<double> grams)
    {
        var tensors = MergeOperands.Of(runtime, baseTensor, inputs, output: null);
        ArgumentOutOfRangeException.ThrowIfNotEqual(vectors.ElementCount, tensors.Count, nameof(vectors));
        ArgumentOutOfRangeException.ThrowIfNotEqual(grams.Length, PairCount(inputs.Length) * vectors.Count);
        grams.Clear();
        if (tensors.Count == 0)
        {
            return;
        }

        if (vectors.AreColumns)
        {
            SumColumnProducts(tensors, vectors, grams);
        }
        else if (vectors.Rows == 1)
        {
            SumProducts(tensors, MergeSweep.TileSize, isByVector: false, areSquares: false, grams);
        }
        else
        {
            SumProducts(tensors, vectors.Columns, isByVector: true, areSquares: false, grams);
        }
    }

    public override double CombinedLength(
        DeviceTensor? baseTensor, ReadOnlySpan<DeviceTensor> inputs, ReadOnlySpan<double> weights)
    {
        RequireOnePerInput(weights.Length, inputs);
        var args = new SumCombinedSquaresArgs { Tensors = MergeOperands.Of(runtime, baseTensor, inputs, output: null) };
        weights.CopyTo(args.Weights);
        var tileCount = MergeLauncher.TileCount(args.Tensors.Count);
        using var sums = _launcher.Undefined<double>(tileCount);
        args.Sums = sums.Address;
        _launcher.Launch(SumsModule, "sum_combined_squares", tileCount * MergeLauncher.Lanes, args);
        Span<double> total = [0];
        BlockSums.Total(_launcher.Read<double>(sums, tileCount), total);
        return Math.Sqrt(total[0]);
    }

    public override void CombineVectors(
        DeviceTensor? baseTensor,
        ReadOnlySpan<DeviceTensor> inputs,
        VectorLayout vectors,
        ReadOnlySpan<double> weights,
        DeviceTensor output)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(vectors.ElementCount, output.ElementCount, nameof(vectors));
        ArgumentOutOfRangeException.ThrowIfNotEqual(weights.Length, inputs.Length * vectors.Count);
        var tensors = MergeOperands.Of(runtime, baseTensor, inputs, output);
        CombineVectors(tensors, weights, vectors.Count, vectors.Columns, vectors.AreColumns);
    }

    public override void AddClamped(DeviceTensor baseTensor, DeviceTensor input, double limit, double slope, DeviceTensor output)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        ArgumentOutOfRangeException.ThrowIfNegative(slope);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(slope, 1);
        var args = new AddClampedArgs { Tensors = MergeOperands.Of(runtime, baseTensor, [input], output), Limit = limit, Slope = slope };
        _launcher.Map(CombineModule, "add_clamped", args.Tensors.Count, args);
    }

    private void CombineVectors(MergeTensors tensors, ReadOnlySpan<double> weights, int vectorCount, long rowLength, bool areColumns)
    {
        if (tensors.Count == 0)
        {
            return;
        }

        using var table = runtime.Upload(weights);
        var args = new CombineVectorsArgs
        {
            Tensors = tensors,
            Weights = table.Address,
            RowLength = rowLength,
            WeightStride = vectorCount,
            AreColumns = areColumns ? 1 : 0,
        };
        _launcher.Map(CombineModule, "combine_vectors", tensors.Count, args);
    }

    // Of every pair of inputs, or of every input with itself; by vector of segmentLength elements, or in all.
    private void SumProducts(in MergeTensors tensors, long segmentLength, bool isByVector, bool areSquares, Span<double> products)
    {
        var pairCount = areSquares ? tensors.InputCount : PairCount(tensors.InputCount);
        var segmentCount = (tensors.Count + segmentLength - 1) / segmentLength;
        using var sums = _launcher.Undefined<double>(segmentCount * pairCount);
        var args = new SumProductsArgs
        {
            Tensors = tensors,
            Sums = sums.Address,
            SegmentLength = segmentLength,
            SegmentCount = segmentCount,
            SegmentStride = isByVector ? 1 : pairCount,
            PairStride = isByVector ? segmentCount : 1,
            PairCount = pairCount,
            AreSquares = areSquares ? 1 : 0,
        };
        _launcher.Launch(SumsModule, "sum_products", segmentCount * pairCount * MergeLauncher.Lanes, args);
        var partials = _launcher.Read<double>(sums, segmentCount * pairCount);
        if (isByVector)
        {
            partials.CopyTo(products);
        }
        else
        {
            BlockSums.Total(partials, products);
        }
    }

    private void SumColumnProducts(in MergeTensors tensors, VectorLayout vectors, Span<double> grams)
    {
        var bandRows = CpuMergeKernels.BandRows(vectors.Columns);
        var bandCount = (vectors.Rows + bandRows - 1) / bandRows;
        using var sums = _launcher.Undefined<double>((long)bandCount * grams.Length);
        var args = new SumColumnProductsArgs
        {
            Tensors = tensors,
            Sums = sums.Address,
            Columns = vectors.Columns,
            Rows = vectors.Rows,
            BandRows = bandRows,
            BandCount = bandCount,
            PairCount = PairCount(tensors.InputCount),
        };
        _launcher.Launch(SumsModule, "sum_column_products", (long)bandCount * grams.Length, args);
        BlockSums.Total(_launcher.Read<double>(sums, (long)bandCount * grams.Length), grams);
    }
}
