using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Tests.Devices.Merging;

/// <summary>The operators over sparsified task vectors written down plainly, one element at a time, in float64.</summary>
internal static class SparseReference
{
    public static MagnitudeSums[] SumMagnitudes(double[] origin, double[][] inputs, MagnitudeBand[] bands) =>
        [.. inputs.Select((input, model) => new MagnitudeSums(
            input.Zip(origin, (value, start) => Math.Abs(value - start)).Sum(),
            input.Select((value, element) => Keeps(bands[model], origin, input, element) ? Math.Abs(value - origin[element]) : 0).Sum()))];

    public static double[] MergeBands(
        double[] origin, double[][] inputs, double[] weights, double[] scales, MagnitudeBand[] bands, SparseMergeOptions options) =>
        Join(origin, weights, options, (model, element) =>
            Keeps(bands[model], origin, inputs[model], element) ? scales[model] * (inputs[model][element] - origin[element]) : 0);

    /// <summary>Adds task vectors or puts them to the vote.</summary>
    public static double[] Join(double[] origin, double[] weights, SparseMergeOptions options, Func<int, int, double> delta) =>
        [.. origin.Select((start, element) =>
        {
            var deltas = weights.Select((_, model) => delta(model, element)).ToArray();
            var merged = options.ElectSign
                ? MergeReference.Vote(deltas, weights, options.SignOfZero, options.Normalize)
                : deltas.Select((value, model) => weights[model] * value).Sum() / (options.Normalize ? weights.Sum() : 1);
            return start + (options.Lambda * merged);
        })];

    /// <summary>The standard deviations over models, as float32.</summary>
    public static float[] Spreads(double[][] inputs) =>
        [.. inputs[0].Select((first, element) =>
        {
            var mean = inputs.Average(input => input[element] - first);
            return (float)Math.Sqrt(inputs.Average(input => Math.Pow(input[element] - first - mean, 2)));
        })];

    public static bool[] SelectSpread(double[][] inputs, double share)
    {
        var spreads = Spreads(inputs);
        var differing = spreads.Count(spread => spread > 0);
        var count = share == 0 || differing == 0 ? 0 : Math.Max(1, (int)(share * differing));
        var kept = Enumerable.Range(0, spreads.Length).OrderByDescending(element => spreads[element]).ThenBy(element => element).Take(count)
            .ToHashSet();
        return [.. spreads.Select((_, element) => kept.Contains(element))];
    }

    public static double[] SpreadEnergies(double[] origin, double[][] inputs, bool[] kept) =>
        [.. inputs.Select(input => input.Select((value, element) => kept[element] ? Math.Pow(value - origin[element], 2) : 0).Sum())];

    public static double[] MergeSpread(double[] origin, double[][] inputs, double[] shares, bool[] kept) =>
        [.. origin.Select((start, element) =>
        {
            var deltas = inputs.Select(input => input[element] - start).ToArray();
            var sign = deltas.Where(delta => delta > 0).Sum() + deltas.Where(delta => delta < 0).Sum() >= 0 ? 1 : -1;
            var weight = deltas.Select((delta, model) => Math.Sign(delta) == sign ? shares[model] : 0).Sum();
            var sum = deltas.Select((delta, model) => Math.Sign(delta) == sign ? shares[model] * delta : 0).Sum();
            return kept[element] && weight > 0 ? start + (sum / weight) : start;
        })];

    public static OverlapCounts[] CountOverlaps(double[] origin, double[][] inputs, double threshold) =>
        [.. inputs.Select((_, model) =>
        {
            var others = Enumerable.Range(0, origin.Length).Where(element => Math.Abs(inputs[model][element] - origin[element]) > threshold)
                .Select(element => inputs.Count(input => Math.Abs(input[element] - origin[element]) > threshold)).ToList();
            return new OverlapCounts(others.Count(count => count == 1), others.Count(count => count > 1));
        })];

    public static double[] MergeOverlaps(double[] origin, double[][] inputs, double[] factors, double threshold) =>
        [.. origin.Select((start, element) =>
        {
            var changing = Enumerable.Range(0, inputs.Length).Where(model => Math.Abs(inputs[model][element] - start) > threshold).ToList();
            return start + (changing.Count == 0 ? 0
                : changing.Sum(model => inputs[model][element] - start) / changing.Count
                    * (changing.Count == 1 ? factors[changing[0]] : 1));
        })];

    /// <summary>Per model and element the probability of being kept, and whether it is.</summary>
    public static (double Probability, bool IsKept)[][] Sample(
        double[] origin, double[][] inputs, RankedDensity[] densities, RankedSampling sampling, long firstIndex = 0) =>
        [.. inputs.Select((input, model) =>
        {
            var samples = new (double, bool)[input.Length];
            var length = (int)sampling.RowLength;
            var paddedLength = (length + 255) / 256 * 256;
            var areAlike = Array.TrueForAll(densities, density => density.Lowest == density.Highest);
            for (var start = 0; start < input.Length; start += length)
            {
                var ranked = Enumerable.Range(start, length)
                    .OrderBy(element => MergeReference.Magnitude(origin, input, element))
                    .ThenBy(element => element)
                    .ToList();
                var (lowest, highest) = densities[model];
                for (var rank = 0; rank < length; rank++)
                {
                    var probability = length == 1 ? (lowest + highest) / 2 : lowest + (rank * (highest - lowest) / (length - 1));
                    var place = areAlike ? firstIndex
                        + ranked[rank] : ((firstIndex + start) / length * paddedLength) + ranked[rank] - start;
                    var number = MergeReference.Number(sampling.Key, (uint)model, (ulong)place);
                    samples[ranked[rank]] = (probability, number >= 4294967296 - (ulong)(probability * 4294967296.0));
                }
            }

            return samples;
        })];

    private static bool Keeps(MagnitudeBand band, double[] origin, double[] input, int element)
    {
        var magnitude = MergeReference.Magnitude(origin, input, element);
        return MergeReference.Keeps(band.Outer, magnitude, element) && !MergeReference.Keeps(band.Inner, magnitude, element);
    }
}
