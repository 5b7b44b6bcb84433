using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Cpu.Merging;

/// <summary>DARE with an election: the masks of a granule are drawn first, then signs are elected over what they left, as in TIES.</summary>
/// <param name="weights">a_i.</param>
/// <param name="scales">1 / density_i, or 1.</param>
/// <param name="bounds">See <see cref="DareKernel"/>.</param>
/// <param name="options">Key, lambda, normalisation.</param>
internal readonly unsafe struct DareTiesKernel(double[] weights, double[] scales, ulong[] bounds, DareOptions options) : IMapKernel
{
    private readonly double[] _weights = weights;
    private readonly double[] _scales = scales;
    private readonly ulong[] _bounds = bounds;
    private readonly DareOptions _options = options;

    public void Run<TLanes, TResult>(byte** tensors, byte* output, long index, nint count)
        where TLanes : struct, ILanes
        where TResult : struct, IResult
    {
        var masks = stackalloc double[_weights.Length * MergeSweep.Granule];
        var starts = stackalloc StreamStart[_weights.Length];
        var startsOf = ulong.MaxValue;
        for (nint i = 0; i < count; i += MergeSweep.Granule)
        {
            var counter = DareMask.FirstCounter(index + i);
            if (counter >> 32 != startsOf)
            {
                startsOf = counter >> 32;
                DareMask.Start(_options.Key, _weights.Length, (uint)startsOf, starts);
            }

            DareMask.Draw(_options.Key, (uint)counter, _bounds, starts, masks);
            for (var vector = 0; vector < MergeSweep.Granule / ILanes.Count; vector++)
            {
                Merge<TLanes, TResult>(tensors, output, i + (vector * ILanes.Count), masks + (vector * ILanes.Count));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Merge<TLanes, TResult>(byte** tensors, byte* output, nint place, double* masks)
        where TLanes : struct, ILanes
        where TResult : struct, IResult
    {
        var offset = place * TLanes.ElementByteCount;
        TLanes.Load(tensors[0] + offset, out var baseLower, out var baseUpper);
        var lowerVote = default(SignVote);
        var upperVote = default(SignVote);
        for (var input = 0; input < _weights.Length; input++)
        {
            var weight = Vector512.Create(_weights[input]);
            var factor = Vector512.Create(_weights[input] * _scales[input]);
            var mask = masks + (input * MergeSweep.Granule);
            TLanes.Load(tensors[input + 1] + offset, out var lower, out var upper);
            lowerVote.Add(Vector512.Load(mask) & (factor * (lower - baseLower)), weight);
            upperVote.Add(Vector512.Load(mask + Vector512<double>.Count) & (factor * (upper - baseUpper)), weight);
        }

        var lambda = Vector512.Create(_options.Lambda);
        var lowerSum = lambda * lowerVote.Elect(Vector512<double>.Zero, out var lowerWeight);
        var upperSum = lambda * upperVote.Elect(Vector512<double>.Zero, out var upperWeight);
        if (_options.Normalize)
        {
            lowerSum /= lowerWeight;
            upperSum /= upperWeight;
        }

        TResult.Store(baseLower + lowerSum, baseUpper + upperSum, output + (place * TResult.ElementByteCount));
    }
}
