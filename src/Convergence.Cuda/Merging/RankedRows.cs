using Convergence.Cuda.Merging.Arguments;
using Convergence.Tensors.Cpu.Merging.Sparse;
using Convergence.Tensors.Cpu.Merging.Sweeping;
using Convergence.Tensors.Devices;

namespace Convergence.Cuda.Merging;

/// <summary>Rows whose elements are kept with probabilities by rank.</summary>
internal sealed class RankedRows
{
    // Elements of all inputs that are ranked at a time: their ranks take four bytes each.
    private const long PartSize = 1L << 28;

    private readonly RankedDensity[] _densities;
    private readonly RankedSampling _sampling;
    private readonly long _firstRow;

    /// <param name="rows">The rows.</param>
    /// <param name="firstIndex">The index of the first element in the whole tensor; it begins a row.</param>
    /// <param name="densities">One per input.</param>
    /// <param name="sampling">Random numbers.</param>
    public RankedRows(RowLayout rows, long firstIndex, RankedDensity[] densities, RankedSampling sampling)
        : this(rows, start: 0, rows.RowCount == 0 ? 0 : firstIndex / rows.RowLength, densities, sampling)
    {
    }

    private RankedRows(RowLayout rows, long start, long firstRow, RankedDensity[] densities, RankedSampling sampling)
    {
        Rows = rows;
        Start = start;
        _firstRow = firstRow;
        _densities = densities;
        _sampling = sampling;
    }

    public RowLayout Rows { get; }

    /// <summary>The first element in the tensors of the call.</summary>
    public long Start { get; }

    public ChunkGrid Grid => ChunkGrids.Rows(Rows, _firstRow);

    /// <summary>The rows in parts whose ranks take bounded memory.</summary>
    public IEnumerable<RankedRows> Parts(int inputCount)
    {
        var most = Rows.RowCount == 0 ? 1 : Math.Max(1, PartSize / inputCount / Rows.RowLength);
        for (long row = 0; row < Rows.RowCount; row += most)
        {
            var part = Rows with { RowCount = Math.Min(most, Rows.RowCount - row) };
            yield return new RankedRows(part, row * Rows.RowLength, _firstRow + row, _densities, _sampling);
        }
    }

    /// <summary>Whether an input's probabilities differ by rank.</summary>
    public bool NeedsRanks(int input) => RankedDensities.Step(_densities[input], Rows.RowLength) != 0;

    /// <summary>What kernels take.</summary>
    /// <param name="ranks">The ranks of the first input's elements; those of the others follow.</param>
    public RankedArgs Arguments(ulong ranks)
    {
        var args = new RankedArgs { Grid = Grid, Key = _sampling.Key };
        for (var input = 0; input < _densities.Length; input++)
        {
            args.Lowest[input] = RankedDensities.Lowest(_densities[input], Rows.RowLength);
            args.Steps[input] = RankedDensities.Step(_densities[input], Rows.RowLength);
            args.Ranks[input] = NeedsRanks(input) ? ranks + (ulong)(input * Rows.RowCount * Rows.RowLength * sizeof(uint)) : 0;
        }

        return args;
    }
}
