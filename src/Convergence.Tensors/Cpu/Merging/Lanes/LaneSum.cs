using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Convergence.Tensors.Cpu.Merging.Lanes;

/// <summary>Adds the lanes of a vector in a fixed order, the same in every instruction set.</summary>
internal static class LaneSum
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Of(Vector512<double> lanes)
    {
        var four = lanes.GetLower() + lanes.GetUpper();
        var two = four.GetLower() + four.GetUpper();
        return two.ToScalar() + two.GetElement(1);
    }
}
