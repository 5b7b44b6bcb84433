namespace Convergence.LanguageModels.Generation;

/// <summary>
/// Draws tokens from logits: temperature, the k likeliest, the nucleus (arXiv 1904.09751). Its buffers are reused.
/// Not thread-safe.
/// </summary>
internal sealed class TokenSampler
{
    private double[] _weights = [];
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
            _order = new int[logits.Length];
        }

        var candidates = _order.AsSpan(0, logits.Length);
        Rank(logits, options, ref candidates);
        var weights = _weights.AsSpan(0, candidates.Length);
        var highest = (double)logits[candidates[0]];
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

    // Likeliest first, lower ids first among equals, so that a draw selects the same token on every run.
    private static void Rank(ReadOnlySpan<float> logits, GenerationOptions options, ref Span<int> candidates)
    {
        for (var index = 0; index < candidates.Length; index++)
        {
            candidates[index] = index;
        }

        var values = logits.ToArray();
        candidates.Sort((a, b) => values[b].CompareTo(values[a]) is var order && order != 0 ? order : a.CompareTo(b));
        if (options.TopK > 0 && options.TopK < candidates.Length)
        {
            candidates = candidates[..options.TopK];
        }
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
