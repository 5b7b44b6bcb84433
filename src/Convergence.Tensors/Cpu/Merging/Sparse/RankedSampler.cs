using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Cpu.Merging.Sweeping;
using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Cpu.Merging.Sparse;

/// <summary>
/// Decides for the elements of a row which are kept: ranks their magnitudes and draws with the probability that goes with the rank. Works in
/// the scratch memory of the calling worker.
/// </summary>
internal sealed unsafe class RankedSampler
{
    /// <summary>The mark of an element that is dropped; a kept one's is its rank.</summary>
    public const uint Dropped = uint.MaxValue;

    private readonly MergeScratch _scratch;
    private readonly RankedSampling _sampling;
    private readonly long _firstIndex;
    private readonly int _rowLength;
    private readonly int _stride;
    private readonly double[] _lowest;
    private readonly double[] _steps;

    public RankedSampler(MergeScratch scratch, RankedDensity[] densities, RankedSampling sampling, long firstIndex)
    {
        foreach (var (lowest, highest) in densities)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(lowest, nameof(densities));
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(highest, nameof(densities));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(lowest, 1, nameof(densities));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(highest, 1, nameof(densities));
        }

        _scratch = scratch;
        _sampling = sampling;
        _firstIndex = firstIndex;
        _rowLength = checked((int)sampling.RowLength);

        // Rows are written in whole granules, and random words begin anywhere inside a batch.
        _stride = ((_rowLength + MergeSweep.Granule - 1) / MergeSweep.Granule * MergeSweep.Granule) + (2 * RandomRow.BatchSize);
        _lowest = Array.ConvertAll(densities, density => _rowLength == 1 ? (density.Lowest + density.Highest) / 2 : density.Lowest);
        _steps = Array.ConvertAll(densities, density => _rowLength == 1 ? 0 : (density.Highest - density.Lowest) / (_rowLength - 1));
    }

    public int InputCount => _lowest.Length;

    /// <summary>Elements from one input's marks to the next one's.</summary>
    public int Stride => _stride;

    public bool DividesByProbability => _sampling.DividesByProbability;

    /// <summary>Where a worker gathers the magnitudes of a row.</summary>
    public uint* Magnitudes(int worker, int input) => Memory(worker) + ((long)input * _stride);

    /// <summary>The probabilities of eight ranks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<double> Probability(int input, Vector512<double> ranks) =>
        Vector512.Create(_lowest[input]) + (Vector512.Create(_steps[input]) * ranks);

    /// <summary>Ranks and draws; the row's magnitudes must be there.</summary>
    /// <returns>Per input the marks of the row's elements; see <see cref="Stride"/>.</returns>
    public uint* Draw(long row, int worker)
    {
        var marks = Memory(worker) + ((long)InputCount * _stride);
        var sorting = marks + ((long)InputCount * _stride);
        for (var input = 0; input < InputCount; input++)
        {
            var ranks = marks + ((long)input * _stride);
            if (_steps[input] == 0)
            {
                // All ranks have one probability.
                new Span<uint>(ranks, _stride).Clear();
            }
            else
            {
                RowRanks.Rank(Magnitudes(worker, input), _rowLength, ranks, sorting);
            }

            if (_steps[input] == 0 && _lowest[input] == 1)
            {
                continue;
            }

            var index = _firstIndex + (row * _rowLength);
            RandomRow.Draw(_sampling.Key, (uint)input, index, _rowLength, sorting);
            Mark(input, ranks, sorting + (index % RandomRow.BatchSize));
        }

        return marks;
    }

    /// <summary>Draws, and adds the magnitudes of a row to the sums: per input of all elements and of those that are kept.</summary>
    public void Sum(long row, int worker, Span<double> sums)
    {
        var marks = Draw(row, worker);
        for (var input = 0; input < InputCount; input++)
        {
            var magnitudes = Magnitudes(worker, input);
            var total = Vector512<double>.Zero;
            var kept = total;

            // The padding of the magnitudes is zero.
            for (nint i = 0; i < _rowLength; i += ILanes.Count)
            {
                var magnitude = Vector512.Load(magnitudes + i).AsSingle();
                var keep = ~Vector512.Equals(Vector512.Load(marks + ((nint)input * _stride) + i), Vector512.Create(Dropped));
                var (lower, upper) = Vector512.Widen(magnitude);
                var (keptLower, keptUpper) = Vector512.Widen(magnitude & keep.AsSingle());
                total += lower + upper;
                kept += keptLower + keptUpper;
            }

            sums[2 * input] += LaneSum.Of(total);
            sums[(2 * input) + 1] += LaneSum.Of(kept);
        }
    }

    // Keeps an element when its random word, as a fraction of 2^32, is below its probability.
    private void Mark(int input, uint* ranks, uint* words)
    {
        var scale = Vector512.Create(1 / 4294967296.0);
        for (nint i = 0; i < _rowLength; i += ILanes.Count)
        {
            var rank = Vector512.Load(ranks + i);
            var (lowerRank, upperRank) = UnsignedLanes.Widen(rank);
            var (lowerWord, upperWord) = UnsignedLanes.Widen(Vector512.Load(words + i));
            var keep = Vector512.Narrow(
                Vector512.LessThan(lowerWord * scale, Probability(input, lowerRank)).AsUInt64(),
                Vector512.LessThan(upperWord * scale, Probability(input, upperRank)).AsUInt64());
            (rank | ~keep).Store(ranks + i);
        }
    }

    private uint* Memory(int worker)
    {
        var wordCount = (2L * InputCount * _stride) + RowRanks.ScratchWordCount(_stride);
        return (uint*)_scratch.Rent(worker, wordCount * sizeof(uint));
    }
}
