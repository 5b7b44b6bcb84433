using System.Runtime.Intrinsics;

namespace Convergence.Tensors.Cpu.Merging.Combining;

/// <summary>Whether weighted sums are of task vectors, and added to the base that these start from, or of the inputs themselves.</summary>
internal interface IOrigin
{
    /// <summary>Whether the first tensor is the base.</summary>
    static abstract bool IsBase { get; }

    /// <summary>What sums begin with.</summary>
    static abstract Vector512<double> Start { get; }
}
