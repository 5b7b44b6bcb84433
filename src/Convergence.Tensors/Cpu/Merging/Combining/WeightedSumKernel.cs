using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Cpu.Merging.Sweeping;

namespace Convergence.Tensors.Cpu.Merging.Combining;

/// <summary>
/// output = base + sum_i w_i (inputs[i] - base), or sum_i w_i inputs[i] without a base, summed in the order of inputs. Multiplications and
/// additions are rounded separately, in every instruction set alike.
/// </summary>
/// <param name="weights">w_i.</param>
internal readonly unsafe struct WeightedSumKernel<TOrigin>(WeightColumn weights) : IMapKernel<WeightedSumKernel<TOrigin>>
    where TOrigin : struct, IOrigin
{
    // Merges whose sums fit into the registers together.
    private const int SharedCount = 4;

    private readonly WeightColumn _weights = weights;

    public static bool SharesReading => true;

    public void Run<TLanes, TResult>(byte** tensors, byte* output, Block block)
        where TLanes : struct, ILanes
        where TResult : struct, IResult
    {
        var count = _weights.Count;
        var weights = stackalloc double[count];
        for (var input = 0; input < count; input++)
        {
            weights[input] = _weights[input];
        }

        var inputs = TOrigin.IsBase ? tensors + 1 : tensors;
        for (nint i = 0; i < block.PaddedCount; i += 2 * ILanes.Count)
        {
            var offset = i * TLanes.ElementByteCount;
            var next = offset + (ILanes.Count * TLanes.ElementByteCount);
            LoadBase<TLanes>(tensors, offset, out var base0, out var base1);
            LoadBase<TLanes>(tensors, next, out var base2, out var base3);
            var sum0 = TOrigin.Start;
            var sum1 = sum0;
            var sum2 = sum0;
            var sum3 = sum0;
            for (nint input = 0; input < count; input++)
            {
                var weight = Vector512.Create(weights[input]);
                LoadChange<TLanes>(inputs[input] + offset, base0, base1, out var lower, out var upper);
                sum0 += weight * lower;
                sum1 += weight * upper;
                LoadChange<TLanes>(inputs[input] + next, base2, base3, out lower, out upper);
                sum2 += weight * lower;
                sum3 += weight * upper;
            }

            var result = output + (i * TResult.ElementByteCount);
            Store<TResult>(sum0, sum1, base0, base1, result);
            Store<TResult>(sum2, sum3, base2, base3, result + (ILanes.Count * TResult.ElementByteCount));
        }
    }

    public static void RunAll<TLanes, TResult>(
        ReadOnlySpan<WeightedSumKernel<TOrigin>> kernels, byte** tensors, byte** outputs, Block block)
        where TLanes : struct, ILanes
        where TResult : struct, IResult
    {
        var first = 0;
        for (; kernels.Length - first >= SharedCount; first += SharedCount)
        {
            RunFour<TLanes, TResult>(kernels.Slice(first, SharedCount), tensors, outputs + first, block.PaddedCount);
        }

        for (; first < kernels.Length; first++)
        {
            kernels[first].Run<TLanes, TResult>(tensors, outputs[first], block);
        }
    }

    // Reads and widens sixteen elements of an input once for four sums.
    private static void RunFour<TLanes, TResult>(
        ReadOnlySpan<WeightedSumKernel<TOrigin>> kernels, byte** tensors, byte** outputs, nint elementCount)
        where TLanes : struct, ILanes
        where TResult : struct, IResult
    {
        nint count = kernels[0]._weights.Count;
        var weights = stackalloc double[(int)count * SharedCount];
        for (var input = 0; input < count; input++)
        {
            for (var kernel = 0; kernel < SharedCount; kernel++)
            {
                weights[(input * SharedCount) + kernel] = kernels[kernel]._weights[input];
            }
        }

        var inputs = TOrigin.IsBase ? tensors + 1 : tensors;
        for (nint i = 0; i < elementCount; i += ILanes.Count)
        {
            var offset = i * TLanes.ElementByteCount;
            LoadBase<TLanes>(tensors, offset, out var baseLower, out var baseUpper);
            var lower0 = TOrigin.Start;
            var (lower1, lower2, lower3) = (lower0, lower0, lower0);
            var (upper0, upper1, upper2, upper3) = (lower0, lower0, lower0, lower0);
            var weight = weights;
            for (nint input = 0; input < count; input++)
            {
                LoadChange<TLanes>(inputs[input] + offset, baseLower, baseUpper, out var lower, out var upper);
                lower0 += Vector512.Create(weight[0]) * lower;
                upper0 += Vector512.Create(weight[0]) * upper;
                lower1 += Vector512.Create(weight[1]) * lower;
                upper1 += Vector512.Create(weight[1]) * upper;
                lower2 += Vector512.Create(weight[2]) * lower;
                upper2 += Vector512.Create(weight[2]) * upper;
                lower3 += Vector512.Create(weight[3]) * lower;
                upper3 += Vector512.Create(weight[3]) * upper;
                weight += SharedCount;
            }

            var place = i * TResult.ElementByteCount;
            Store<TResult>(lower0, upper0, baseLower, baseUpper, outputs[0] + place);
            Store<TResult>(lower1, upper1, baseLower, baseUpper, outputs[1] + place);
            Store<TResult>(lower2, upper2, baseLower, baseUpper, outputs[2] + place);
            Store<TResult>(lower3, upper3, baseLower, baseUpper, outputs[3] + place);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void LoadBase<TLanes>(byte** tensors, nint offset, out Vector512<double> lower, out Vector512<double> upper)
        where TLanes : struct, ILanes
    {
        lower = upper = default;
        if (TOrigin.IsBase)
        {
            TLanes.Load(tensors[0] + offset, out lower, out upper);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void LoadChange<TLanes>(
        byte* source, Vector512<double> baseLower, Vector512<double> baseUpper, out Vector512<double> lower, out Vector512<double> upper)
        where TLanes : struct, ILanes
    {
        TLanes.Load(source, out lower, out upper);
        if (TOrigin.IsBase)
        {
            lower -= baseLower;
            upper -= baseUpper;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TResult>(
        Vector512<double> lower, Vector512<double> upper, Vector512<double> baseLower, Vector512<double> baseUpper, byte* destination)
        where TResult : struct, IResult
    {
        if (TOrigin.IsBase)
        {
            lower = baseLower + lower;
            upper = baseUpper + upper;
        }

        TResult.Store(lower, upper, destination);
    }
}
