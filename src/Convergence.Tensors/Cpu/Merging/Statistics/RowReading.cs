namespace Convergence.Tensors.Cpu.Merging.Statistics;

/// <summary>What <see cref="RowDivergenceKernel"/> finds out, in this order.</summary>
internal enum RowReading
{
    Largest,
    Sums,
    Divergence,
}
