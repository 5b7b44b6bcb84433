using Convergence.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.EvoMerge.Configuration;

/// <summary>What <see cref="MixedPrecision"/> comes to.</summary>
internal static class MixedPrecisions
{
    /// <summary>The type in which candidates are stored; <see langword="null"/> for their parents'.</summary>
    public static DType? StoredType(this MixedPrecision precision) => precision == MixedPrecision.True ? null : DType.F32;

    /// <summary>In what a GPU multiplies.</summary>
    public static ProductPrecision Products(this MixedPrecision precision) => precision switch
    {
        MixedPrecision.True => ProductPrecision.Bf16,
        MixedPrecision.Tf32 => ProductPrecision.Tf32,
        _ => ProductPrecision.F32,
    };
}
