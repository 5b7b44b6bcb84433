namespace Convergence.Cuda.Runtime;

/// <summary>In what a GPU multiplies weight matrices; sums are always float32.</summary>
internal enum MatrixPrecision
{
    /// <summary>Factors of float32.</summary>
    F32,

    /// <summary>Factors in the weights' own 16 bits as bfloat16 where they are stored so, else float32 rounded to tf32.</summary>
    Mixed,
}
