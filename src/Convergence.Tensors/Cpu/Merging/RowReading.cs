namespace Convergence.Tensors.Cpu.Merging;

/// <summary>What <see cref="RowDivergenceKernel"/> finds out, in this order.</summary>
internal enum RowReading
{
    Largest,
    Sums,
    Divergence,
}
