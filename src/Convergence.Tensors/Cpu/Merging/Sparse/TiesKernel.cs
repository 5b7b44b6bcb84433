using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Cpu.Merging.Sweeping;
using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Cpu.Merging.Sparse;

/// <summary>
/// TIES (arXiv 2306.01708): task vectors trimmed by magnitude, a sign elected, what agrees with it averaged; all in one pass.
/// </summary>
internal readonly unsafe struct TiesKernel(double[] weights, VoteCut[] cuts, TiesOptions options) : IMapKernel<TiesKernel>
{
    private readonly double[] _weights = weights;
    private readonly VoteCut[] _cuts = cuts;
    private readonly TiesOptions _options = options;

    public static bool SharesReading => true;

    public void Run<TLanes, TResult>(byte** tensors, byte* output, Block block)
        where TLanes : struct, ILanes
        where TResult : struct, IResult =>
        Walk<StoredVectors<TLanes>, TResult>(new StoredVectors<TLanes>(tensors, 0), output, block.Index, block.PaddedCount);

    public static void RunAll<TLanes, TResult>(ReadOnlySpan<TiesKernel> kernels, byte** tensors, byte** outputs, Block block)
        where TLanes : struct, ILanes
        where TResult : struct, IResult
    {
        if (kernels.Length == 1)
        {
            kernels[0].Run<TLanes, TResult>(tensors, outputs[0], block);
            return;
        }

        var inputCount = kernels[0]._weights.Length;
        var memory = stackalloc double[StagedVectors.Length(inputCount)];
        var vectors = new StagedVectors(memory);
        for (nint start = 0; start < block.PaddedCount; start += StagedVectors.Size)
        {
            var count = Math.Min(StagedVectors.Size, block.PaddedCount - start);
            vectors.Fill(new StoredVectors<TLanes>(tensors, start), inputCount, count);
            for (var kernel = 0; kernel < kernels.Length; kernel++)
            {
                kernels[kernel].Walk<StagedVectors, TResult>(
                    vectors, outputs[kernel] + (start * TResult.ElementByteCount), block.Index + start, count);
            }
        }
    }

    private void Walk<TVectors, TResult>(TVectors vectors, byte* output, long index, nint count)
        where TVectors : struct, ITaskVectors
        where TResult : struct, IResult
    {
        var thresholds = stackalloc double[_cuts.Length * VoteThresholds.PerInput];
        nint place = 0;
        while (place < count)
        {
            var end = (nint)(VoteThresholds.Set(_cuts, index + place, index + count, thresholds) - index);
            Merge<TVectors, TResult>(vectors, output, place, end, thresholds);
            place = end;
        }
    }

    // From start to end; for the thresholds see VoteThresholds.
    private void Merge<TVectors, TResult>(TVectors vectors, byte* output, nint start, nint end, double* thresholds)
        where TVectors : struct, ITaskVectors
        where TResult : struct, IResult
    {
        var leastPlus = SignVote.LeastPlus(_options.SignOfZero);
        var lambda = Vector512.Create(_options.Lambda);
        var signBit = Vector512.Create(-0.0);
        var isMean = _options.Normalize;
        nint inputCount = _weights.Length;
        fixed (double* weights = _weights)
        {
            for (var i = start; i < end; i += ILanes.Count)
            {
                vectors.LoadBase(i, out var baseLower, out var baseUpper);
                var lowerVote = default(SignVote);
                var upperVote = default(SignVote);
                var least = thresholds;
                for (nint input = 0; input < inputCount; input++)
                {
                    // A negative weight turns the change round, and counts as positive from there on.
                    var weight = Vector512.Create(weights[input]);
                    var sign = weight & signBit;
                    vectors.LoadChange(input, i, baseLower, baseUpper, out var lower, out var upper);
                    lower ^= sign;
                    upper ^= sign;
                    var size = weight ^ sign;
                    lowerVote.Add(
                        size * lower, lower, Vector512.Load(least), Vector512.Load(least + ILanes.Count), weight, isMean);
                    upperVote.Add(
                        size * upper,
                        upper,
                        Vector512.Load(least + Vector512<double>.Count),
                        Vector512.Load(least + ILanes.Count + Vector512<double>.Count),
                        weight,
                        isMean);
                    least += VoteThresholds.PerInput;
                }

                var lowerSum = lambda * lowerVote.Elect(leastPlus, out var lowerWeight);
                var upperSum = lambda * upperVote.Elect(leastPlus, out var upperWeight);
                if (isMean)
                {
                    lowerSum /= lowerWeight;
                    upperSum /= upperWeight;
                }

                TResult.Store(baseLower + lowerSum, baseUpper + upperSum, output + (i * TResult.ElementByteCount));
            }
        }
    }
}
