using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;

namespace Convergence.Tensors.Cpu.Merging.Sparse;

/// <summary>Task vectors of a few elements, worked out once for several merges and kept as doubles in the nearest cache.</summary>
/// <param name="memory">Room for the base and every task vector, <see cref="Size"/> doubles each.</param>
internal readonly unsafe struct StagedVectors(double* memory) : ITaskVectors
{
    /// <summary>Elements at a time: of a base and three task vectors they take a third of a first-level cache.</summary>
    public const int Size = 512;

    private readonly double* _memory = memory;

    /// <summary>Doubles of memory for so many task vectors.</summary>
    public static int Length(int inputCount) => (inputCount + 1) * Size;

    /// <summary>Works out a run of elements.</summary>
    /// <param name="stored">The tensors' elements.</param>
    /// <param name="inputCount">Task vectors.</param>
    /// <param name="count">Elements, a multiple of sixteen and at most <see cref="Size"/>.</param>
    public void Fill<TLanes>(StoredVectors<TLanes> stored, int inputCount, nint count) where TLanes : struct, ILanes
    {
        for (nint element = 0; element < count; element += ILanes.Count)
        {
            stored.LoadBase(element, out var baseLower, out var baseUpper);
            Store(baseLower, baseUpper, _memory + element);
            for (nint input = 0; input < inputCount; input++)
            {
                stored.LoadChange(input, element, baseLower, baseUpper, out var lower, out var upper);
                Store(lower, upper, _memory + ((input + 1) * Size) + element);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void LoadBase(nint element, out Vector512<double> lower, out Vector512<double> upper) =>
        Load(_memory + element, out lower, out upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void LoadChange(
        nint input,
        nint element,
        Vector512<double> baseLower,
        Vector512<double> baseUpper,
        out Vector512<double> lower,
        out Vector512<double> upper) =>
        Load(_memory + ((input + 1) * Size) + element, out lower, out upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load(double* source, out Vector512<double> lower, out Vector512<double> upper)
    {
        lower = Vector512.Load(source);
        upper = Vector512.Load(source + Vector512<double>.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<double> lower, Vector512<double> upper, double* destination)
    {
        lower.Store(destination);
        upper.Store(destination + Vector512<double>.Count);
    }
}
