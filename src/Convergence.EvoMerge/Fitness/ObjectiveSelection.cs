using System.Collections.Immutable;
using System.Globalization;
using Convergence.EvoMerge.Configuration;

namespace Convergence.EvoMerge.Fitness;

/// <summary>
/// Which objectives of a configuration can tell candidates apart. One that cannot move would only squeeze the others, so its weight goes to
/// them, and the run says so.
/// </summary>
/// <param name="Weights">The shares in force; they sum to 1.</param>
/// <param name="Notes">A sentence for every objective that was left out.</param>
public sealed record ObjectiveSelection(FitnessWeights Weights, ImmutableArray<string> Notes)
{
    /// <summary>Whether speed and memory are needed.</summary>
    public bool NeedsCost => Weights.Speed > 0 || Weights.Memory > 0;

    /// <param name="configured">The configured weights.</param>
    /// <param name="hasPerplexity">Whether the search split has a perplexity task.</param>
    /// <param name="hasAccuracy">Whether it has a task with an accuracy.</param>
    /// <param name="shapesDiffer">Whether candidates can differ in depth.</param>
    /// <returns><see langword="null"/> when nothing is left.</returns>
    public static ObjectiveSelection? Of(FitnessWeights configured, bool hasPerplexity, bool hasAccuracy, bool shapesDiffer)
    {
        var notes = ImmutableArray.CreateBuilder<string>();
        var kept = new FitnessWeights(
            Keep("perplexity", configured.Perplexity, hasPerplexity, "the search split has no perplexity task"),
            Keep("accuracy", configured.Accuracy, hasAccuracy, "the search split has no task with an accuracy"),
            Keep("speed", configured.Speed, shapesDiffer, "all candidates have one shape, so it is equal for all"),
            Keep("memory", configured.Memory, shapesDiffer, "all candidates have one shape, so it is equal for all"));
        if (kept.Sum <= 0)
        {
            return null;
        }

        var weights = new FitnessWeights(
            kept.Perplexity / kept.Sum, kept.Accuracy / kept.Sum, kept.Speed / kept.Sum, kept.Memory / kept.Sum);
        if (notes.Count > 0)
        {
            notes.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"fitness weights in force: perplexity {weights.Perplexity:0.###}, accuracy {weights.Accuracy:0.###}, ")
                + string.Create(CultureInfo.InvariantCulture, $"speed {weights.Speed:0.###}, memory {weights.Memory:0.###}."));
        }

        return new ObjectiveSelection(weights, notes.ToImmutable());

        double Keep(string objective, double weight, bool moves, string reason)
        {
            if (weight > 0 && !moves)
            {
                notes.Add($"the objective {objective} is left out: {reason}.");
            }

            return moves ? weight : 0;
        }
    }
}
