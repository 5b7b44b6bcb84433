namespace Convergence.Cuda.Transformer;

/// <summary>In what a device multiplies matrices. Sums are float32 always.</summary>
internal enum ProductPrecision
{
    /// <summary>float32 factors.</summary>
    F32,

    /// <summary>float32 factors of which the GPU's matrix units take 10 bits of mantissa.</summary>
    Tf32,

    /// <summary>bfloat16 factors: weights are kept so, activations rounded before each product.</summary>
    Bf16,
}
