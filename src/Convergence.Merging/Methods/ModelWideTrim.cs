using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>
/// What TIES must know of a whole model before it merges the first tensor: where <c>trim_scope: global</c> cuts, and which sign
/// <c>zero_sign: majority</c> gives to draws. The cut is exact and needs no memory to speak of: three passes count magnitudes by
/// the 11, 10 and 10 leading bits of a float32, each inside the bucket that the pass before found. Equal magnitudes at the cut are
/// kept in the order of tensor names, then of elements.
/// </summary>
internal sealed class ModelWideTrim
{
    private static readonly (int Fixed, int Resolved)[] Passes = [(0, 11), (11, 10), (21, 10)];

    private readonly Dictionary<MergeTask, MagnitudeCut[]> _cuts = new(ReferenceEqualityComparer.Instance);
    private readonly Action<MergeTask> _load;
    private readonly TensorMergeContext _context;

    private ModelWideTrim(TensorMergeContext context, Action<MergeTask> load)
    {
        _context = context;
        _load = load;
    }

    /// <summary>The sign elected more often over the model: +1 or -1; +1 when both are equally frequent.</summary>
    public int MajoritySign { get; private set; } = 1;

    /// <summary>Looks at the whole model, if any of its tensors needs that; else <see langword="null"/>.</summary>
    /// <param name="tasks">The tensors of the model, in the order of names.</param>
    /// <param name="context">Reads inputs.</param>
    /// <param name="load">Makes an input ready.</param>
    /// <param name="cancellation">Looked at between tensors.</param>
    public static ModelWideTrim? OfModel(
        IEnumerable<MergeTask> tasks, TensorMergeContext context, Func<TensorInput, LoadedTensor> load, CancellationToken cancellation)
    {
        var concerned = tasks.Where(task => task.IsModelWide).ToList();
        return concerned.Count == 0
            ? null
            : Measure(concerned, context, task =>
            {
                cancellation.ThrowIfCancellationRequested();
                context.Fill(task, load);
            });
    }

    /// <summary>Looks at every tensor that TIES will merge.</summary>
    /// <param name="tasks">The tensors, in the order of names.</param>
    /// <param name="context">Reads inputs; its output is not touched.</param>
    /// <param name="load">Makes the context ready for a tensor.</param>
    public static ModelWideTrim Measure(IReadOnlyList<MergeTask> tasks, TensorMergeContext context, Action<MergeTask> load)
    {
        var trim = new ModelWideTrim(context, load);
        var first = (TiesMerge)tasks[0].Operation;
        if (first.Scope == TrimScope.Global)
        {
            trim.FindGlobalCuts(tasks);
        }

        if (first.Zero == ZeroSign.Majority)
        {
            trim.CountSigns(tasks);
        }

        return trim;
    }

    public MagnitudeCut[] Cuts(MergeTask task) => _cuts[task];

    private void CountSigns(IReadOnlyList<MergeTask> tasks)
    {
        long sum = 0;
        foreach (var task in tasks)
        {
            _load(task);
            var operation = (TiesMerge)task.Operation;
            var cuts = _cuts.GetValueOrDefault(task) ?? operation.SelectCuts(_context);
            sum += _context.Kernels.SumElectedSigns(_context.Base, _context.Inputs, operation.Weights.AsSpan(), cuts);
        }

        MajoritySign = sum < 0 ? -1 : 1;
    }

    private void FindGlobalCuts(IReadOnlyList<MergeTask> tasks)
    {
        var modelCount = tasks[0].Inputs.Length;
        var remaining = new long[modelCount];
        for (var model = 0; model < modelCount; model++)
        {
            remaining[model] = KeepCount(tasks, model);
        }

        var keepsNothing = Array.ConvertAll(remaining, count => count == 0);
        var prefixes = new uint[modelCount];
        foreach (var (fixedBits, resolvedBits) in Passes)
        {
            var histograms = new long[modelCount << resolvedBits];
            foreach (var task in tasks)
            {
                Count(task, prefixes, fixedBits, resolvedBits, histograms);
            }

            for (var model = 0; model < modelCount; model++)
            {
                var histogram = histograms.AsSpan(model << resolvedBits, 1 << resolvedBits);
                var bucket = Descend(histogram, ref remaining[model]);
                prefixes[model] = (prefixes[model] << resolvedBits) | (uint)bucket;
            }
        }

        foreach (var task in tasks)
        {
            _cuts[task] = [.. prefixes.Select((bits, model) => keepsNothing[model] ? MagnitudeCut.KeepNone : new MagnitudeCut(bits, -1))];
        }

        for (var model = 0; model < modelCount; model++)
        {
            if (!keepsNothing[model])
            {
                ShareTies(tasks, model, prefixes, remaining[model]);
            }
        }
    }

    private static long KeepCount(IReadOnlyList<MergeTask> tasks, int model)
    {
        double sum = 0;
        long elements = 0;
        foreach (var task in tasks)
        {
            sum += ((TiesMerge)task.Operation).Densities[model] * task.Shape.ElementCount;
            elements += task.Shape.ElementCount;
        }

        return sum == 0 ? 0 : Math.Clamp((long)sum, Math.Min(1, elements), elements);
    }

    // From the largest bucket down to the one that holds the last kept element; takes what lies above it off the count.
    private static int Descend(ReadOnlySpan<long> histogram, ref long remaining)
    {
        var bucket = histogram.Length - 1;
        while (bucket > 0 && histogram[bucket] < remaining)
        {
            remaining -= histogram[bucket];
            bucket--;
        }

        return bucket;
    }

    // Hands the places that are left out to elements of exactly the cut's magnitude, tensor by tensor.
    private void ShareTies(IReadOnlyList<MergeTask> tasks, int model, uint[] bits, long places)
    {
        foreach (var task in tasks)
        {
            if (places == 0)
            {
                return;
            }

            var (larger, equal) = CountAround(task, model, bits);
            if (equal <= places)
            {
                _cuts[task][model] = new MagnitudeCut(bits[model], long.MaxValue);
                places -= equal;
                continue;
            }

            _load(task);
            Span<long> keep = new long[task.Inputs.Length];
            keep[model] = larger + places;
            Span<MagnitudeCut> cuts = new MagnitudeCut[task.Inputs.Length];
            _context.Kernels.SelectLargest(_context.Base, _context.Inputs, keep, cuts);
            _cuts[task][model] = cuts[model];
            return;
        }
    }

    // How many of a tensor's elements exceed the cut's magnitude, and how many equal it.
    private (long Larger, long Equal) CountAround(MergeTask task, int model, uint[] bits)
    {
        long larger = 0;
        long equal = 0;
        foreach (var (fixedBits, resolvedBits) in Passes)
        {
            var histograms = new long[task.Inputs.Length << resolvedBits];
            var prefixes = Array.ConvertAll(bits, value => value >> (31 - fixedBits));
            Count(task, prefixes, fixedBits, resolvedBits, histograms);
            var histogram = histograms.AsSpan(model << resolvedBits, 1 << resolvedBits);
            var bucket = (int)((bits[model] >> (31 - fixedBits - resolvedBits)) & ((1u << resolvedBits) - 1));
            foreach (var count in histogram[(bucket + 1)..])
            {
                larger += count;
            }

            equal = histogram[bucket];
        }

        return (larger, equal);
    }

    private void Count(MergeTask task, uint[] prefixes, int fixedBits, int resolvedBits, long[] histograms)
    {
        _load(task);
        _context.Kernels.CountMagnitudes(_context.Base, _context.Inputs, prefixes, fixedBits, resolvedBits, histograms);
    }
}
