using System.Runtime.Intrinsics;

namespace Convergence.Tensors.Cpu.Merging.Sparse;

/// <summary>Where a kernel finds the base and the task vectors of a run of elements, sixteen at a time.</summary>
internal interface ITaskVectors
{
    /// <summary>Reads sixteen elements of the base.</summary>
    void LoadBase(nint element, out Vector512<double> lower, out Vector512<double> upper);

    /// <summary>Reads sixteen elements of a task vector: an input less the base.</summary>
    void LoadChange(
        nint input,
        nint element,
        Vector512<double> baseLower,
        Vector512<double> baseUpper,
        out Vector512<double> lower,
        out Vector512<double> upper);
}
