namespace Convergence.Tensors.Devices;

/// <summary>In what a GPU multiplies matrices. Sums are float32 always; the CPU multiplies in float32 whatever is asked for.</summary>
public enum ProductPrecision
{
    /// <summary>float32 factors.</summary>
    F32,

    /// <summary>float32 factors of which the GPU's matrix units take 10 bits of mantissa, as float16 has.</summary>
    Tf32,

    /// <summary>bfloat16 factors: weights are kept so, activations rounded before each product.</summary>
    Bf16,
}
