namespace Convergence.Cuda.Runtime;

/// <summary>Extents of a grid (in blocks) or of a block (in threads).</summary>
internal readonly record struct KernelGrid(int X, int Y = 1)
{
    /// <summary>The most that <see cref="Y"/> of a grid may be.</summary>
    public const int MaxY = 65_535;

    /// <summary>A grid or block of one row.</summary>
    public static implicit operator KernelGrid(int x) => new(x);

    public static KernelGrid FromInt32(int x) => new(x);
}
