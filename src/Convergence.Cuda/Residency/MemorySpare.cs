namespace Convergence.Cuda.Residency;

/// <summary>What a memory plan leaves alone: for the driver, cuBLAS and other programs, which take some at any time.</summary>
/// <param name="Share">Of what is free.</param>
/// <param name="LeastByteCount">At least.</param>
internal readonly record struct MemorySpare(double Share, long LeastByteCount)
{
    /// <summary>A tenth, and 64 MiB at least.</summary>
    public static MemorySpare Default => new(0.1, 64 << 20);
}
