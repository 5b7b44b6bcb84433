using System.Runtime.Intrinsics;

namespace Convergence.Tensors.Cpu.Merging.Combining;

/// <summary>Sums of task vectors.</summary>
internal readonly struct BaseOrigin : IOrigin
{
    public static bool IsBase => true;

    public static Vector512<double> Start => Vector512<double>.Zero;
}
