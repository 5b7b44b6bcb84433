using System.Numerics.Tensors;

namespace Convergence.LanguageModels.Generation;

/// <summary>
/// Draws tokens from logits: temperature, the k likeliest, the nucleus (arXiv 1904.09751). Its buffers are reused.
/// Not thread-safe.
/// </summary>
internal sealed class TokenSampler
{
    private double[] _weights = [];
    private float[] _keys = [];
    private int[] _order = [];

    /// <summary>The token that <paramref name="uniform"/> selects.</summary>
    /// <param name="logits">One per token.</param>
    /// <param name="options">Temperature above 0, top-k, top-p.</param>
    /// <param name="uniform">A draw from [0, 1).</param>
    public int Sample(ReadOnlySpan<float> logits, GenerationOptions options, double uniform)
    {
        if (_weights.Length < logits.Length)
        {
            _weights = new double[logits.Length];
            _keys = new float[logits.Length];
            _order = new int[logits.Length];
        }

        var candidates = Candidates(logits, options);
        var weights = _weights.AsSpan(0, candidates.Length);
        var highest = (double)TensorPrimitives.Max(logits);
        var total = 0.0;
        for (var index = 0; index < candidates.Length; index++)
        {
            weights[index] = Math.Exp((logits[candidates[index]] - highest) / options.Temperature);
            total += weights[index];
        }

        var count = NucleusCount(weights, total, options.TopP, ref total);
        var target = uniform * total;
        for (var index = 0; index < count - 1; index++)
        {
            target -= weights[index];
            if (target < 0)
            {
                return candidates[index];
            }
        }

        return candidates[count - 1];
    }

    // Likeliest first where only some may be drawn; otherwise the order does not matter and ids keep theirs.
    private ReadOnlySpan<int> Candidates(ReadOnlySpan<float> logits, GenerationOptions options)
    {
        var candidates = _order.AsSpan(0, logits.Length);
        for (var index = 0; index < candidates.Length; index++)
        {
            candidates[index] = index;
        }

        var isCut = options.TopK > 0 && options.TopK < candidates.Length;
        if (isCut || options.TopP < 1)
        {
            var keys = _keys.AsSpan(0, logits.Length);
            TensorPrimitives.Negate(logits, keys);
            keys.Sort(candidates);
        }

        return isCut ? candidates[..options.TopK] : candidates;
    }

    private static int NucleusCount(ReadOnlySpan<double> weights, double total, double topP, ref double kept)
    {
        if (topP >= 1)
        {
            return weights.Length;
        }

        kept = 0;
        for (var index = 0; index < weights.Length; index++)
        {
            kept += weights[index];
            if (kept >= topP * total)
            {
                return index + 1;
            }
        }

        return weights.Length;
    }
}
