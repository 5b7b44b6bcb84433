using System.Collections.Immutable;

namespace Convergence.LanguageModels.Generation;

/// <summary>How likely the model held a token that was chosen, and the likeliest at its place.</summary>
/// <param name="Chosen">
/// The natural logarithm of the chosen token's probability, from the model's logits before temperature, penalties and biases.
/// </param>
/// <param name="Top">The likeliest tokens with theirs, likeliest first; of equals the lowest id first.</param>
public sealed record TokenLogProbabilities(double Chosen, ImmutableArray<(int Token, double LogProbability)> Top)
{
    /// <summary>Computes them from one row of logits.</summary>
    internal static TokenLogProbabilities Of(ReadOnlySpan<float> logits, int chosen, int topCount)
    {
        var highest = double.NegativeInfinity;
        foreach (var logit in logits)
        {
            highest = Math.Max(highest, logit);
        }

        var sum = 0.0;
        foreach (var logit in logits)
        {
            sum += Math.Exp(logit - highest);
        }

        var normalizer = highest + Math.Log(sum);
        var top = ImmutableArray.CreateBuilder<(int, double)>(topCount);
        foreach (var token in Likeliest(logits, topCount))
        {
            top.Add((token, logits[token] - normalizer));
        }

        return new TokenLogProbabilities(logits[chosen] - normalizer, top.ToImmutable());
    }

    // Insertion into a short sorted list: at most 20 of a whole vocabulary are wanted.
    private static List<int> Likeliest(ReadOnlySpan<float> logits, int count)
    {
        var likeliest = new List<int>(count + 1);
        for (var token = 0; token < logits.Length && count > 0; token++)
        {
            if (likeliest.Count == count && !(logits[token] > logits[likeliest[^1]]))
            {
                continue;
            }

            var place = likeliest.Count;
            while (place > 0 && logits[token] > logits[likeliest[place - 1]])
            {
                place--;
            }

            likeliest.Insert(place, token);
            if (likeliest.Count > count)
            {
                likeliest.RemoveAt(count);
            }
        }

        return likeliest;
    }
}
