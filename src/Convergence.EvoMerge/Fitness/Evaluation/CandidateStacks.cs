using System.Globalization;
using System.Text;

namespace Convergence.EvoMerge.Fitness.Evaluation;

/// <summary>
/// Which of the candidates that were merged together can be scored together: those of one configuration and the same types.
/// </summary>
internal static class CandidateStacks
{
    /// <summary>Stacks of candidates, each given by its place, in the order of their first ones.</summary>
    /// <param name="candidates">Merged candidates; one that failed stands alone.</param>
    /// <param name="mostTogether">Candidates of a stack, at least 1.</param>
    public static List<int[]> Of(IReadOnlyList<MergedCandidate> candidates, int mostTogether)
    {
        var places = Enumerable.Range(0, candidates.Count);
        if (mostTogether == 1)
        {
            return [.. places.Select(place => new[] { place })];
        }

        var alike = places.GroupBy(place => KeyOf(candidates[place], place), StringComparer.Ordinal);
        return [.. alike.SelectMany(group => group.Chunk(mostTogether))];
    }

    private static string KeyOf(MergedCandidate candidate, int place)
    {
        if (candidate.Failure is not null)
        {
            return place.ToString(CultureInfo.InvariantCulture);
        }

        var key = new StringBuilder(candidate.Config!.ToJsonString());
        foreach (var name in candidate.Weights!.Names.Order(StringComparer.Ordinal))
        {
            if (candidate.Weights.TryGet(name, out var tensor))
            {
                key.Append('\n').Append(name).Append(' ').Append(tensor.DType);
            }
        }

        return key.ToString();
    }
}
