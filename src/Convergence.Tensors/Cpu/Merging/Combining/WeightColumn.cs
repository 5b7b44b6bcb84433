namespace Convergence.Tensors.Cpu.Merging.Combining;

/// <summary>A weight per input: one column of a table with a row per input.</summary>
/// <param name="Table">The weight of input i stands at [i * Stride + Column].</param>
/// <param name="Count">Inputs.</param>
/// <param name="Stride">Columns of the table; 1 for plain weights.</param>
/// <param name="Column">The column.</param>
internal readonly record struct WeightColumn(double[] Table, int Count, int Stride = 1, int Column = 0)
{
    public WeightColumn(ReadOnlySpan<double> weights) : this(weights.ToArray(), weights.Length)
    {
    }

    public double this[int input] => Table[(input * Stride) + Column];
}
