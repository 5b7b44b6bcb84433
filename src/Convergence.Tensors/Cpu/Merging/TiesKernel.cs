using System.Runtime.Intrinsics;
using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Cpu.Merging;

/// <summary>TIES (arXiv 2306.01708): task vectors trimmed by magnitude, a sign elected, what agrees with it averaged; all in one pass.</summary>
internal readonly unsafe struct TiesKernel(double[] weights, MagnitudeCut[] cuts, TiesOptions options) : IMapKernel
{
    private readonly double[] _weights = weights;
    private readonly MagnitudeCut[] _cuts = cuts;
    private readonly TiesOptions _options = options;

    public void Run<TLanes, TResult>(byte** tensors, byte* output, long index, nint count)
        where TLanes : struct, ILanes
        where TResult : struct, IResult
    {
        var thresholds = stackalloc uint[_cuts.Length * ILanes.Count];
        nint place = 0;
        while (place < count)
        {
            var end = (nint)(TrimThresholds.Set(_cuts, index + place, index + count, thresholds) - index);
            if (_options.Normalize)
            {
                Mean<TLanes, TResult>(tensors, output, place, end, thresholds);
            }
            else
            {
                Sum<TLanes, TResult>(tensors, output, place, end, thresholds);
            }

            place = end;
        }
    }

    private void Mean<TLanes, TResult>(byte** tensors, byte* output, nint start, nint end, uint* thresholds)
        where TLanes : struct, ILanes
        where TResult : struct, IResult
    {
        var zeroIsNegative = ZeroIsNegative();
        var lambda = Vector512.Create(_options.Lambda);
        var inputCount = _weights.Length;
        fixed (double* weights = _weights)
        {
            for (var i = start; i < end; i += ILanes.Count)
            {
                var offset = i * TLanes.ElementByteCount;
                TLanes.Load(tensors[0] + offset, out var baseLower, out var baseUpper);
                var lowerVote = default(SignVote);
                var upperVote = default(SignVote);
                for (var input = 0; input < inputCount; input++)
                {
                    var weight = Vector512.Create(weights[input]);
                    LoadTrimmed<TLanes>(tensors, input, offset, thresholds, out var lower, out var upper);
                    lowerVote.Add(weight * (lower - baseLower), weight);
                    upperVote.Add(weight * (upper - baseUpper), weight);
                }

                var lowerSum = lowerVote.Elect(zeroIsNegative, out var lowerWeight);
                var upperSum = upperVote.Elect(zeroIsNegative, out var upperWeight);
                TResult.Store(
                    baseLower + (lambda * lowerSum / lowerWeight),
                    baseUpper + (lambda * upperSum / upperWeight),
                    output + (i * TResult.ElementByteCount));
            }
        }
    }

    private void Sum<TLanes, TResult>(byte** tensors, byte* output, nint start, nint end, uint* thresholds)
        where TLanes : struct, ILanes
        where TResult : struct, IResult
    {
        var zeroIsNegative = ZeroIsNegative();
        var lambda = Vector512.Create(_options.Lambda);
        var inputCount = _weights.Length;
        fixed (double* weights = _weights)
        {
            for (var i = start; i < end; i += ILanes.Count)
            {
                var offset = i * TLanes.ElementByteCount;
                TLanes.Load(tensors[0] + offset, out var baseLower, out var baseUpper);
                var lowerVote = default(SignVote);
                var upperVote = default(SignVote);
                for (var input = 0; input < inputCount; input++)
                {
                    var weight = Vector512.Create(weights[input]);
                    LoadTrimmed<TLanes>(tensors, input, offset, thresholds, out var lower, out var upper);
                    lowerVote.Add(weight * (lower - baseLower));
                    upperVote.Add(weight * (upper - baseUpper));
                }

                TResult.Store(
                    baseLower + (lambda * lowerVote.Elect(zeroIsNegative)),
                    baseUpper + (lambda * upperVote.Elect(zeroIsNegative)),
                    output + (i * TResult.ElementByteCount));
            }
        }
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveInlining)]
    private static void LoadTrimmed<TLanes>(
        byte** tensors, int input, nint offset, uint* thresholds, out Vector512<double> lower, out Vector512<double> upper)
        where TLanes : struct, ILanes
    {
        var source = tensors[input + 1] + offset;
        var baseSource = tensors[0] + offset;
        var keep = Vector512.GreaterThanOrEqual(TLanes.Magnitude(source, baseSource), Vector512.Load(thresholds + (input * ILanes.Count)));
        TLanes.LoadKept(source, baseSource, keep, out lower, out upper);
    }

    private Vector512<double> ZeroIsNegative() =>
        _options.SignOfZero < 0 ? Vector512<double>.AllBitsSet : Vector512<double>.Zero;
}
