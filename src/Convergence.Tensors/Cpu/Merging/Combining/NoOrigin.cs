using System.Runtime.Intrinsics;

namespace Convergence.Tensors.Cpu.Merging.Combining;

/// <summary>Sums of the inputs.</summary>
internal readonly struct NoOrigin : IOrigin
{
    public static bool IsBase => false;

    /// <summary>Minus zero, which added to anything leaves it as it is, the sign of a zero included.</summary>
    public static Vector512<double> Start => Vector512.Create(-0.0);
}
