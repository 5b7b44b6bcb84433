using Convergence.Tensors.Devices;
using Convergence.Tensors.Randomness;

namespace Convergence.Tensors.Tests.Devices.Merging;

/// <summary>The merge operators written down plainly, one element at a time, in float64.</summary>
internal static class MergeReference
{
    public static double[] Combine(double[][] inputs, double[] weights) =>
        Elements(inputs[0].Length, element => inputs.Select((input, index) => weights[index] * input[element]).Sum());

    public static double[] AddTaskVectors(double[] origin, double[][] inputs, double[] weights) =>
        Elements(origin.Length, element =>
            origin[element] + inputs.Select((input, index) => weights[index] * (input[element] - origin[element])).Sum());

    /// <summary>The cut by sorting: magnitude as float32 down, index up.</summary>
    public static MagnitudeCut Select(double[] origin, double[] input, long keep)
    {
        if (keep <= 0 || keep >= origin.Length)
        {
            return keep <= 0 ? MagnitudeCut.KeepNone : MagnitudeCut.KeepAll;
        }

        var last = Enumerable.Range(0, origin.Length)
            .OrderByDescending(element => Magnitude(origin, input, element)).ThenBy(element => element).ElementAt((int)keep - 1);
        return new MagnitudeCut(Magnitude(origin, input, last), last);
    }

    public static double[] Ties(double[] origin, double[][] inputs, double[] weights, MagnitudeCut[] cuts, TiesOptions options) =>
        Elements(origin.Length, element =>
        {
            var deltas = inputs.Select((input, model) =>
                Keeps(cuts[model], Magnitude(origin, input, element), element) ? input[element] - origin[element] : 0).ToArray();
            return origin[element] + (options.Lambda * Vote(deltas, weights, options.SignOfZero, options.Normalize));
        });

    public static double[] Dare(double[] origin, double[][] inputs, double[] weights, double[] densities, DareOptions options) =>
        Elements(origin.Length, element =>
        {
            var deltas = inputs.Select((input, model) =>
                Number(options.Key, (uint)model, (ulong)(options.FirstIndex + element)) >= 4294967296
                    - (ulong)(densities[model] * 4294967296.0)
                    ? (input[element] - origin[element]) / (options.Rescale ? densities[model] : 1)
                    : 0).ToArray();
            var merged = options.ElectSign
                ? Vote(deltas, weights, 1, options.Normalize)
                : deltas.Select((delta, model) => weights[model] * delta).Sum() / (options.Normalize ? weights.Sum() : 1);
            return origin[element] + (options.Lambda * merged);
        });

    /// <summary>
    /// The 32-bit number that decides about an element: the upper half is drawn with 0 in word 3 of the counter, the lower with 1.
    /// </summary>
    public static uint Number(ulong key, uint stream, ulong index) => (Half(key, stream, index, 0) << 16) | Half(key, stream, index, 1);

    private static uint Half(ulong key, uint stream, ulong index, uint part)
    {
        var block = ((index >> 7) * 16) + (index & 15);
        var word = Philox.Block(new PhiloxWords((uint)block, (uint)(block >> 32), stream, part), key)[(int)(index >> 5) & 3];
        return (index & 16) == 0 ? word & 0xFFFF : word >> 16;
    }

    internal static double Vote(double[] deltas, double[] weights, int signOfZero, bool normalize)
    {
        var votes = deltas.Select((delta, model) => weights[model] * delta).ToArray();
        var plus = votes.Where(vote => vote > 0).Sum();
        var minus = votes.Where(vote => vote < 0).Sum();
        var sign = plus + minus == 0 ? signOfZero : Math.Sign(plus + minus);
        var weight = votes.Select((vote, model) => Math.Sign(vote) == sign ? weights[model] : 0).Sum();
        var sum = sign > 0 ? plus : minus;
        return normalize && weight != 0 ? sum / weight : sum;
    }

    internal static bool Keeps(MagnitudeCut cut, uint magnitude, int element) =>
        magnitude > cut.MagnitudeBits || (magnitude == cut.MagnitudeBits && element <= cut.LastTieIndex);

    internal static uint Magnitude(double[] origin, double[] input, int element) =>
        BitConverter.SingleToUInt32Bits((float)Math.Abs(input[element] - origin[element]));

    private static double[] Elements(int count, Func<int, double> at) => [.. Enumerable.Range(0, count).Select(at)];
}
