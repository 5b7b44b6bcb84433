using Convergence.Tensors.Cpu.Merging.Sweeping;
using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Cpu.Merging.Selection;

/// <summary>
/// Finds the exact k-th largest magnitude of task vectors. A sample of each gives a bracket in which the k-th almost surely lies; one
/// pass over all models counts what is above it and at its ends and collects what is inside; the collected few are then searched. Where
/// the sample misled (never a wrong answer, only a slow one) three passes count by leading bits instead.
/// </summary>
internal sealed unsafe class MagnitudeSelection(MergeSweep sweep, WorkerTeam team)
{
    // Tensors below this are collected whole.
    private const long SmallElementCount = 1 << 16;

    private readonly CandidateStore _candidates = new(team.ThreadCount);
    private readonly MagnitudeSampler _sampler = new(team);

    /// <summary>See <see cref="MergeKernels.SelectLargest"/>.</summary>
    public void Select(Operands operands, ReadOnlySpan<long> keepCounts, Span<MagnitudeCut> cuts)
    {
        var elementCount = operands.ElementCount;
        var keeps = keepCounts.ToArray();
        var brackets = new Bracket[keeps.Length];
        var isTrivial = true;
        for (var input = 0; input < keeps.Length; input++)
        {
            brackets[input] = keeps[input] <= 0 || keeps[input] >= elementCount ? Bracket.Nothing : Bracket.Everything;
            isTrivial &= brackets[input].IsEmpty;
            cuts[input] = keeps[input] <= 0 ? MagnitudeCut.KeepNone : MagnitudeCut.KeepAll;
        }

        if (isTrivial)
        {
            return;
        }

        // Of one input, several cuts may be wanted; it is read once for all of them.
        var cutsPerInput = operands.RepeatCount();
        var distinct = operands.EveryOf(cutsPerInput);
        if (elementCount > SmallElementCount)
        {
            _sampler.Sample(distinct, keeps, brackets);
        }

        _candidates.Reset(keeps.Length, elementCount, Capacity(elementCount));
        sweep.Visit(new MagnitudeCollectKernel(brackets, cutsPerInput, _candidates), distinct);
        var found = new FoundCut?[keeps.Length];
        team.Run(keeps.Length, (input, _) =>
            found[input] = brackets[input].IsEmpty ? null : _candidates.Find(input, keeps[input], brackets[input]));
        for (var input = 0; input < keeps.Length; input++)
        {
            if (!brackets[input].IsEmpty)
            {
                cuts[input] = found[input] is { } cut ? Complete(operands, input, cut) : SelectByCounting(operands, input, keeps[input]);
            }
        }
    }

    /// <summary>Adds to histograms: see <see cref="MergeKernels.CountMagnitudes"/>.</summary>
    public void Count(Operands operands, ReadOnlySpan<uint> prefixes, int prefixBits, int bucketBits, Span<long> histograms)
    {
        var size = prefixes.Length << bucketBits;
        var counts = new long[size * team.ThreadCount];
        sweep.Visit(new MagnitudeHistogramKernel(prefixes.ToArray(), prefixBits, bucketBits, counts), operands);
        for (var index = 0; index < counts.Length; index++)
        {
            histograms[index % size] += counts[index];
        }
    }

    // A few percent of the elements fall into a bracket; address space for more costs nothing until it is written.
    private static long Capacity(long elementCount) =>
        Math.Min(elementCount, (elementCount / 24) + SmallElementCount) + MergeSweep.TileSize;

    // Exact for any distribution: eleven, ten and ten bits fix the magnitude, a last pass the tie.
    private MagnitudeCut SelectByCounting(Operands operands, int input, long keep)
    {
        ReadOnlySpan<(int Prefix, int Bucket)> passes = [(0, 11), (11, 10), (21, 10)];
        var single = operands.Only(0, input + 1);
        var prefix = 0u;
        var remaining = keep;
        foreach (var (prefixBits, bucketBits) in passes)
        {
            var histogram = new long[1 << bucketBits];
            Count(single, [prefix], prefixBits, bucketBits, histogram);
            var bucket = histogram.Length - 1;
            while (bucket > 0 && histogram[bucket] < remaining)
            {
                remaining -= histogram[bucket--];
            }

            prefix = (prefix << bucketBits) | (uint)bucket;
        }

        return new MagnitudeCut(prefix, IndexOfTie(single, prefix, remaining));
    }

    // The index of the tie-th element of exactly that magnitude: count per block, then walk through the one block.
    private long IndexOfTie(Operands operands, uint magnitude, long tie)
    {
        var counts = new int[checked((int)((operands.ElementCount + MergeSweep.TileSize - 1) / MergeSweep.TileSize))];
        sweep.Visit(new TieKernel(magnitude, counts, indices: null), operands);
        return IndexInBlock(operands, FoundCut.AtEnd(magnitude, tie, counts));
    }

    private MagnitudeCut Complete(Operands operands, int input, FoundCut cut) =>
        new(cut.Magnitude, cut.Tie == 0 ? cut.LastTieIndex : IndexInBlock(operands.Only(0, input + 1), cut));

    private long IndexInBlock(Operands operands, FoundCut cut)
    {
        var indices = new long[MergeSweep.TileSize];
        sweep.VisitTile(new TieKernel(cut.Magnitude, counts: null, indices), operands, cut.Block);
        return indices[cut.Tie - 1];
    }
}
