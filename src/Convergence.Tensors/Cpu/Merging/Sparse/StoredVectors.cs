using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;

namespace Convergence.Tensors.Cpu.Merging.Sparse;

/// <summary>Task vectors that are worked out as they are read.</summary>
/// <param name="tensors">Where each tensor begins, the base's first.</param>
/// <param name="start">The element of them with which the run begins.</param>
internal readonly unsafe struct StoredVectors<TLanes>(byte** tensors, nint start) : ITaskVectors where TLanes : struct, ILanes
{
    private readonly byte** _tensors = tensors;
    private readonly nint _start = start * TLanes.ElementByteCount;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void LoadBase(nint element, out Vector512<double> lower, out Vector512<double> upper) =>
        TLanes.Load(_tensors[0] + _start + (element * TLanes.ElementByteCount), out lower, out upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void LoadChange(
        nint input,
        nint element,
        Vector512<double> baseLower,
        Vector512<double> baseUpper,
        out Vector512<double> lower,
        out Vector512<double> upper)
    {
        TLanes.Load(_tensors[input + 1] + _start + (element * TLanes.ElementByteCount), out lower, out upper);
        lower -= baseLower;
        upper -= baseUpper;
    }
}
