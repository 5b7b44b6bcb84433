using System.Runtime.CompilerServices;

namespace Convergence.Cuda.Merging.Arguments;

/// <summary>A value for every input that a kernel takes: <c>MAX_INPUTS</c> of <c>merge.cuh</c>.</summary>
[InlineArray(Count)]
internal struct InputArray<T> where T : unmanaged
{
    /// <summary>The most inputs of one call.</summary>
    public const int Count = 16;

    private T _first;
}
