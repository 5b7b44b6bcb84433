namespace Convergence.EvoMerge.Configuration;

/// <summary>In what candidates are kept and multiplied. Sums are float32 always.</summary>
public enum MixedPrecision
{
    /// <summary>Rounded to the type that their parents are stored in (bf16, say), and saved so; a GPU multiplies in bfloat16.</summary>
    True,

    /// <summary>Kept, scored and saved in float32.</summary>
    False,

    /// <summary>As <see cref="False"/>, but a GPU multiplies with 10 bits of each factor's mantissa, on its matrix units.</summary>
    Tf32,
}
