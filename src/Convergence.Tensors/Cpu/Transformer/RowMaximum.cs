using System.Runtime.Intrinsics;

namespace Convergence.Tensors.Cpu.Transformer;

/// <summary>The largest of a row's values.</summary>
internal static unsafe class RowMaximum
{
    /// <summary>The largest of <paramref name="count"/> (at least 1) values; NaN may be lost.</summary>
    public static float Of(float* values, int count)
    {
        var largest = Vector512.Create(float.NegativeInfinity);
        var i = 0;
        for (; i + Lanes.Count <= count; i += Lanes.Count)
        {
            largest = Vector512.MaxNative(largest, Vector512.Load(values + i));
        }

        var maximum = Lanes.Max(largest);
        for (; i < count; i++)
        {
            maximum = MathF.Max(maximum, values[i]);
        }

        return maximum;
    }
}
