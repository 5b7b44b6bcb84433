namespace Convergence.Cuda.Interop;

/// <summary>Which arithmetic cuBLAS may choose (cublasMath_t).</summary>
internal enum CublasMath
{
    /// <summary>Float32 products stay float32.</summary>
    Default = 0,

    /// <summary>Float32 factors may be rounded to tf32: 10 bits of mantissa.</summary>
    Tf32 = 3,
}
