namespace Convergence.Tensors.Cpu.Gemm;

/// <summary>
/// What a register tile computes: C[i, j] (+)= initial[j] + sum_k A[k * AStep + i] * B[k * BStep + j], the sum taken in order of k
/// with one rounding per step. Both factors lie depth-major, so every step reads neighbouring elements.
/// </summary>
internal unsafe struct TileArguments
{
    /// <summary>The first element of the tile's rows of A.</summary>
    public float* A;

    /// <summary>Elements of A from one depth to the next.</summary>
    public nint AStep;

    /// <summary>The first element of the tile's columns of B.</summary>
    public float* B;

    /// <summary>Elements of B from one depth to the next.</summary>
    public nint BStep;

    /// <summary>Steps of the sum.</summary>
    public int Depth;

    /// <summary>What the sums start from, per column: zeros, or a bias.</summary>
    public float* Initial;

    /// <summary>The first element of the result.</summary>
    public float* C;

    /// <summary>Elements of C from one row to the next.</summary>
    public nint CStep;

    /// <summary>Whether the sums are added to what C holds.</summary>
    public bool Accumulate;
}
